#pragma once

#include <cstdint>
#include <functional>
#include <messagebus/async/wake_descriptor.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace messagebus::tool {

/// The lines of a file, or of standard input, read as they come.
class line_input {
 public:
  enum class outcome {
    line,
    end,
    too_long,  ///< the next line has more than `bytes_max` bytes
    stopped,   ///< it was told to stop while it waited
  };

  /// `-` is standard input. Errors: `file_error`.
  line_input(const std::string& path, std::size_t bytes_max, const std::stop_token& stop);
  line_input(const line_input&) = delete;
  line_input& operator=(const line_input&) = delete;
  ~line_input();

  /// Waits for the next line; `text` is it, without its end, valid until the next call. Errors:
  /// `file_error`.
  outcome next(std::string_view& text);

  /// True when the next line is not there yet, so that `next` would wait for whoever writes it.
  bool would_wait() const;

  /// What errors call it.
  const std::string& name() const noexcept { return name_; }
  /// Of the line that `next` gave last, from 1.
  std::uint64_t line_number() const noexcept { return line_number_; }
  /// False for a last line that the file ends in the middle of.
  bool is_line_ended() const noexcept { return is_line_ended_; }
  std::uint64_t bytes_read() const noexcept { return bytes_read_; }
  /// Of an ordinary file, or 0.
  std::uint64_t bytes_total() const noexcept { return bytes_total_; }

 private:
  bool wait_for_bytes();
  bool read_more();
  outcome take_line(std::size_t end, std::size_t end_bytes, std::string_view& text);

  std::string name_;
  std::size_t bytes_max_;
  std::stop_token stop_;
  int descriptor_ = -1;
  wake_descriptor woken_;  // when told to stop
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
  std::string buffer_;
  std::size_t begin_ = 0;    // of the next line
  std::size_t scanned_ = 0;  // no end of a line before this
  bool is_at_end_ = false;
  bool is_line_ended_ = true;
  std::uint64_t line_number_ = 0;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t bytes_total_ = 0;
};

}  // namespace messagebus::tool
