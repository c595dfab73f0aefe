#pragma once

#include <cstddef>
#include <messagebus/domain/error.hpp>
#include <messagebus/domain/position.hpp>
#include <messagebus/domain/recorded_message.hpp>
#include <span>
#include <string>
#include <vector>

namespace messagebus {

/// Some messages of the log, read at once: no more than asked for, and fewer once they are large.
/// Used again from page to page, it keeps the memory of the messages' strings.
class log_page {
 public:
  static constexpr std::size_t default_messages_max = 256;
  /// A page takes no further message once payloads and metadata have so many bytes.
  static constexpr std::size_t bytes_max = std::size_t{8} << 20U;

  /// Errors: `usage_error` for a page that holds nothing.
  explicit log_page(std::size_t messages_max = default_messages_max) : messages_max_(messages_max) {
    if (messages_max == 0) throw usage_error("a page of the log holds one message or more");
  }

  std::span<const recorded_message> messages() const noexcept { return {slots_.data(), used_}; }
  std::size_t messages_max() const noexcept { return messages_max_; }
  bool is_full() const noexcept { return used_ == messages_max_ || bytes() >= bytes_max; }

  /// How far the log was looked through: everything that matches up to here is in this page or an
  /// earlier one. The checkpoint to go on from.
  position read_to() const noexcept { return read_to_; }
  /// True when nothing more matched at the time of reading.
  bool is_last() const noexcept { return is_last_; }

  /// For adapters: empties the page, gives the next slot to fill, says how far reading went.
  void start() noexcept {
    for (std::size_t i = 0; i < used_; ++i) forget_if_large(slots_[i].payload);
    used_ = 0;
    bytes_before_last_ = 0;
    is_last_ = false;
  }
  recorded_message& next_slot() {
    bytes_before_last_ = bytes();
    if (used_ == slots_.size()) slots_.emplace_back();
    return slots_[used_++];
  }
  /// Takes back the slot that was given last.
  void drop_last_slot() noexcept {
    --used_;
    bytes_before_last_ -= last_bytes();
  }
  void finish(position read_to, bool is_last) noexcept {
    read_to_ = read_to;
    is_last_ = is_last;
  }

 private:
  static constexpr std::size_t string_bytes_kept_max = std::size_t{64} << 10U;

  static void forget_if_large(std::string& text) noexcept {
    if (text.capacity() > string_bytes_kept_max) std::string().swap(text);
  }

  std::size_t last_bytes() const noexcept {
    if (used_ == 0) return 0;
    return slots_[used_ - 1].payload.size() + slots_[used_ - 1].metadata.size();
  }
  std::size_t bytes() const noexcept { return bytes_before_last_ + last_bytes(); }

  std::vector<recorded_message> slots_;
  std::size_t used_ = 0;
  std::size_t bytes_before_last_ = 0;
  std::size_t messages_max_;
  position read_to_;
  bool is_last_ = false;
};

}  // namespace messagebus
