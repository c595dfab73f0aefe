#pragma once

#include <cstddef>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "plain_text.hpp"

namespace messagebus::codec::detail {

/// What happens to a byte that is not UTF-8.
enum class bad_text { refused, replaced };

/// Gathers JSON in a block on the stack and hands it to the string block by block, so that the
/// string is neither filled with zeros first nor grown by single characters.
class writer {
 public:
  explicit writer(std::string& out, std::size_t bytes_max = std::numeric_limits<std::size_t>::max())
      : out_(out), before_(out.size()), bytes_max_(bytes_max) {}
  writer(const writer&) = delete;
  writer& operator=(const writer&) = delete;

  /// Room for `bytes`, at most a block. Say with `advance` where the text written there ends.
  char* room(std::size_t bytes) {
    if (bytes > remaining()) [[unlikely]]
      flush();
    return cursor_;
  }
  void advance(char* end) noexcept { cursor_ = end; }

  void put(char character) {
    *room(1) = character;
    ++cursor_;
  }
  void put(std::string_view text);

  /// Writes `text` in quotes. Returns the position of the first byte that is not UTF-8 when such
  /// are refused, and otherwise npos.
  std::size_t put_string(std::string_view text, bad_text policy) {
    if (text.size() + 2 <= remaining()) [[likely]] {
      *cursor_ = '"';
      if (copy_plain(text, cursor_ + 1)) [[likely]] {
        cursor_ += text.size() + 2;
        cursor_[-1] = '"';
        return std::string_view::npos;
      }
    }
    return put_escaped(text, policy);
  }

  /// Hands over what was gathered. Errors: `encode_error` beyond `bytes_max`.
  void flush();

 private:
  std::size_t remaining() const noexcept {
    return static_cast<std::size_t>(block_ + sizeof block_ - cursor_);
  }
  std::size_t put_escaped(std::string_view text, bad_text policy);
  void put_escape(char character);

  std::string& out_;
  std::size_t before_;
  std::size_t bytes_max_;
  char* cursor_ = block_;
  char block_[1024];
};

}  // namespace messagebus::codec::detail
