#pragma once

#include <cstddef>
#include <messagebus/domain/error.hpp>
#include <messagebus/domain/position.hpp>
#include <messagebus/domain/recorded_message.hpp>
#include <span>
#include <vector>

namespace messagebus {

/// Some messages of the log, read at once. Used again from page to page, it keeps the memory of the
/// messages' strings.
class log_page {
 public:
  static constexpr std::size_t default_messages_max = 256;

  /// Errors: `usage_error` for a page that holds nothing.
  explicit log_page(std::size_t messages_max = default_messages_max) : messages_max_(messages_max) {
    if (messages_max == 0) throw usage_error("a page of the log holds one message or more");
  }

  std::span<const recorded_message> messages() const noexcept { return {slots_.data(), used_}; }
  std::size_t messages_max() const noexcept { return messages_max_; }
  bool is_full() const noexcept { return used_ == messages_max_; }

  /// How far the log was looked through: everything that matches up to here is in this page or an
  /// earlier one. The checkpoint to go on from.
  position read_to() const noexcept { return read_to_; }
  /// True when nothing more matched at the time of reading.
  bool is_last() const noexcept { return is_last_; }

  /// For adapters: empties the page, gives the next slot to fill, says how far reading went.
  void start() noexcept {
    used_ = 0;
    is_last_ = false;
  }
  recorded_message& next_slot() {
    if (used_ == slots_.size()) slots_.emplace_back();
    return slots_[used_++];
  }
  /// Takes back the slot that was given last.
  void drop_last_slot() noexcept { --used_; }
  void finish(position read_to, bool is_last) noexcept {
    read_to_ = read_to;
    is_last_ = is_last;
  }

 private:
  std::vector<recorded_message> slots_;
  std::size_t used_ = 0;
  std::size_t messages_max_;
  position read_to_;
  bool is_last_ = false;
};

}  // namespace messagebus
