#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <messagebus/ports/log_page.hpp>
#include <messagebus/ports/log_query.hpp>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace messagebus::memory::detail {

/// A message without its texts, which stand one behind the other at `texts`.
struct stored_message {
  stored_message() = default;
  /// Says how long the texts are, not yet where.
  explicit stored_message(const recorded_message& message) noexcept;

  uuid message_id;
  uuid correlation_id;
  std::optional<uuid> causation_id;
  timestamp created_at;
  const char* texts = nullptr;
  std::uint32_t name_bytes = 0;
  std::uint32_t metadata_bytes = 0;
  std::uint32_t payload_bytes = 0;
  int schema_version = 1;
  message_kind kind = message_kind::event;
  bool published = false;

  std::size_t texts_bytes() const noexcept {
    return std::size_t{name_bytes} + metadata_bytes + payload_bytes;
  }
};

/// Messages of one transaction on their way to the log.
struct message_batch {
  std::vector<stored_message> messages;  // their texts are offsets into `texts` until they are kept
  std::string texts;

  void add(const recorded_message& message);
  void clear() noexcept {
    messages.clear();
    texts.clear();
  }
};

/// The log itself. Memory is taken in large pieces, so that keeping a message allocates nothing of
/// its own. Thread safety: all of it.
class log_storage {
 public:
  /// Keeps all messages of the batch or none. Errors: `errc::duplicate_message`.
  void append(const message_batch& batch);

  void read_page(const log_query& query, log_page& page) const;
  std::optional<recorded_message> find(uuid message_id) const;
  position last_position() const;
  void wait_behind(position seen, const std::stop_token& stop) const;

  /// A batch that was used before, for the memory it has; give it back by `keep_spare`.
  std::unique_ptr<message_batch> take_spare();
  void keep_spare(std::unique_ptr<message_batch> batch) noexcept;

 private:
  static constexpr std::size_t messages_a_piece = 1024;
  static constexpr std::size_t texts_a_piece = 64 * 1024;
  static constexpr std::size_t spares_max = 16;

  using piece = std::array<stored_message, messages_a_piece>;

  const stored_message& at(std::size_t index) const {
    return (*pieces_[index / messages_a_piece])[index % messages_a_piece];
  }
  void refuse_duplicates(const message_batch& batch);
  const char* keep_texts(std::string_view texts);
  void fill(recorded_message& message, std::size_t index) const;
  bool read_one(const log_query& query, log_page& page, std::size_t index) const;

  mutable std::mutex mutex_;
  mutable std::condition_variable_any grown_;
  std::vector<std::unique_ptr<piece>> pieces_;
  std::size_t size_ = 0;  // positions are 1 to size_
  std::vector<std::unique_ptr<char[]>> texts_;
  std::size_t texts_left_ = 0;
  char* texts_end_ = nullptr;
  boost::unordered_flat_map<uuid, std::size_t, std::hash<uuid>> index_of_id_;
  std::vector<std::unique_ptr<message_batch>> spares_;
};

}  // namespace messagebus::memory::detail
