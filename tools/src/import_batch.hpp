#pragma once

#include <cstddef>
#include <cstdint>
#include <messagebus/domain/recorded_message.hpp>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace messagebus::tool {

/// A message and the line that it was read from.
struct imported_line {
  std::uint64_t number = 0;
  recorded_message message;
};

/// Lines that are to be written in one transaction.
class import_batch {
 public:
  explicit import_batch(std::size_t messages_max) : messages_max_(messages_max) {}

  void add(imported_line line);
  /// The line of the same message id.
  const imported_line* find(uuid message_id) const;
  void clear();

  std::span<const imported_line> lines() const noexcept { return lines_; }
  bool is_empty() const noexcept { return lines_.empty(); }
  bool is_full() const noexcept { return lines_.size() >= messages_max_ || bytes_ >= bytes_max; }

 private:
  // However many messages are asked for, large ones are written sooner.
  static constexpr std::size_t bytes_max = std::size_t{32} * 1024 * 1024;

  std::size_t messages_max_;
  std::size_t bytes_ = 0;
  std::vector<imported_line> lines_;
  std::unordered_map<uuid, std::size_t> index_of_;
};

}  // namespace messagebus::tool
