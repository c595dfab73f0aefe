#pragma once

#include <cstddef>
#include <messagebus/ports/message_store.hpp>
#include <span>
#include <vector>

namespace messagebus::sqlite::detail {

/// Messages that wait for the commit of their transaction. Used again from transaction to
/// transaction, it keeps the memory of their strings.
class gathered_messages final : public message_store {
 public:
  void add(const recorded_message& message) override;

  std::span<const recorded_message> messages() const noexcept { return {slots_.data(), used_}; }
  /// Forgets them all, and gives back the memory of what was uncommonly large.
  void clear() noexcept;

 private:
  std::vector<recorded_message> slots_;
  std::size_t used_ = 0;
};

}  // namespace messagebus::sqlite::detail
