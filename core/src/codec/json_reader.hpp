#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "plain_text.hpp"

namespace messagebus::codec::detail {

/// The text of a number in JSON.
struct number_text {
  std::string_view text;
  bool is_integer = false;  // neither a fraction nor an exponent
};

/// Whether the `bytes`, at least 4, at two places are the same. For texts that are as short as the
/// name of a field, the call of `memcmp` would cost more than the comparison.
inline bool is_same_short(const char* left, const char* right, std::size_t bytes) noexcept {
  const auto differ = [&]<class Word>(Word a, std::size_t at) {
    Word b;
    std::memcpy(&a, left + at, sizeof a);
    std::memcpy(&b, right + at, sizeof b);
    return a != b;
  };
  if (bytes < 8) return !differ(std::uint32_t{}, 0) && !differ(std::uint32_t{}, bytes - 4);
  for (std::size_t at = 0; at + 8 < bytes; at += 8) {
    if (differ(std::uint64_t{}, at)) return false;
  }
  return !differ(std::uint64_t{}, bytes - 8);
}

/// Reads JSON (RFC 8259) token by token, and takes nothing else: no comments, no leading zeros, no
/// halves of surrogate pairs, no bytes that are not UTF-8. What the tokens are for is the business
/// of who reads; each function that reads one returns false when it is none, and `fault` then tells
/// why.
class json_reader {
 public:
  explicit json_reader(std::string_view text) noexcept
      : begin_(text.data()), end_(begin_ + text.size()), at_(begin_) {}

  /// The character that comes next; 0 at the end.
  char next() const noexcept { return at_ != end_ ? *at_ : '\0'; }
  const char* position() const noexcept { return at_; }
  bool is_at_end() const noexcept { return at_ == end_; }

  void skip_space() noexcept {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  bool take(char character) noexcept {
    if (next() != character) return false;
    ++at_;
    return true;
  }

  /// Takes `text`, of 4 bytes or more, when it comes next, and is left where it is otherwise.
  bool take(std::string_view text) noexcept {
    if (static_cast<std::size_t>(end_ - at_) < text.size()) return false;
    if (!is_same_short(at_, text.data(), text.size())) return false;
    at_ += text.size();
    return true;
  }

  /// Reads a string, of which the quote comes next. `content` is a part of the text where that has
  /// no escapes, and otherwise in `buffer`.
  bool read_string(std::string& buffer, std::string_view& content) {
    const char* const start = at_ + 1;
    const char* const stop = start + plain_ahead(start);
    if (stop == end_ || *stop != '"') [[unlikely]]
      return read_unusual_string(buffer, content);
    content = {start, static_cast<std::size_t>(stop - start)};
    at_ = stop + 1;
    return true;
  }

  bool read_number(number_text& number) noexcept;

  /// What stands in the way of reading on, as "not valid JSON at byte 7: unexpected ']'".
  std::string fault() const;

 private:
  // How many characters from `from` on are plain.
  std::size_t plain_ahead(const char* from) const noexcept {
#if defined(__SSE2__)
    if (end_ - from >= 16) [[likely]] {
      const auto lanes = special_lanes(load_block(from));
      if (lanes != 0) return static_cast<std::size_t>(__builtin_ctz(lanes));
    }
#endif
    return plain_ahead_far(from);
  }
  std::size_t plain_ahead_far(const char* from) const noexcept;
  bool read_unusual_string(std::string& buffer, std::string_view& content);
  bool read_escape(std::string& buffer);
  bool read_code_unit(unsigned& unit) noexcept;
  bool skip_digits() noexcept;

  bool fail(const char* what, const char* where) noexcept {
    fault_ = what;
    at_ = where;
    return false;
  }

  const char* begin_;
  const char* end_;
  const char* at_;
  const char* fault_ = nullptr;  // null: the character that comes next
};

/// Appends JSON that was read already, without the spaces between its tokens.
void append_compact(std::string_view json, std::string& out);

}  // namespace messagebus::codec::detail
