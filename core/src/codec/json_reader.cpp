#include "json_reader.hpp"

#include <cstdio>

#include "utf8.hpp"

namespace messagebus::codec::detail {
namespace {

bool is_digit(char character) noexcept {
  return character >= '0' && character <= '9';
}

int hexadecimal_digit(char character) noexcept {
  if (is_digit(character)) return character - '0';
  const char lower = static_cast<char>(character | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_high_surrogate(unsigned unit) noexcept {
  return unit >= 0xd800 && unit < 0xdc00;
}

bool is_low_surrogate(unsigned unit) noexcept {
  return unit >= 0xdc00 && unit < 0xe000;
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xc0 | point >> 6);
  } else if (point < 0x10000) {
    put(0xe0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3f));
  } else {
    put(0xf0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3f));
    put(0x80 | (point >> 6 & 0x3f));
  }
  put(0x80 | (point & 0x3f));
}

// The character that an escape of one letter stands for; 0 when there is no such escape.
char escaped_character(char letter) noexcept {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

std::string describe(char character) {
  const auto byte = static_cast<unsigned char>(character);
  if (byte >= 0x20 && byte < 0x7f)
    return std::string("unexpected '").append(1, character).append("'");
  char hexadecimal[8];
  std::snprintf(hexadecimal, sizeof hexadecimal, "0x%02x", byte);
  return std::string("the byte ")
      .append(hexadecimal)
      .append(byte >= 0x80 ? ", which is not UTF-8 or not allowed here" : ", not allowed here");
}

}  // namespace

// Near the end of the text its last sixteen characters are looked at, and nothing beyond it.
std::size_t json_reader::plain_ahead_far(const char* from) const noexcept {
  const auto rest = static_cast<std::size_t>(end_ - from);
#if defined(__SSE2__)
  if (rest < 16 && end_ - begin_ >= 16) {
    const auto lanes = special_lanes(load_block(end_ - 16)) >> (16 - rest);
    return lanes != 0 ? static_cast<std::size_t>(__builtin_ctz(lanes)) : rest;
  }
#endif
  return plain_prefix({from, rest});
}

bool json_reader::read_unusual_string(std::string& buffer, std::string_view& content) {
  ++at_;
  buffer.clear();
  for (;;) {
    const char* const start = at_;
    at_ += unescaped_prefix({at_, static_cast<std::size_t>(end_ - at_)});
    if (at_ == end_) return false;
    if (*at_ == '"' && buffer.empty()) {
      content = {start, static_cast<std::size_t>(at_ - start)};
      ++at_;
      return true;
    }
    buffer.append(start, at_);
    if (take('"')) {
      content = buffer;
      return true;
    }
    if (!take('\\') || !read_escape(buffer)) return false;
  }
}

// The backslash is behind us.
bool json_reader::read_escape(std::string& buffer) {
  if (const char character = escaped_character(next()); character != '\0') {
    ++at_;
    buffer.push_back(character);
    return true;
  }
  const char* const start = at_ - 1;
  unsigned unit = 0;
  if (!take('u') || !read_code_unit(unit)) return false;
  std::uint32_t point = unit;
  if (is_high_surrogate(unit)) {
    unsigned second = 0;
    const bool is_followed = take('\\') && take('u');
    if (is_at_end()) return false;
    if (!is_followed) return fail("half a surrogate pair", start);
    if (!read_code_unit(second)) return false;
    if (!is_low_surrogate(second)) return fail("half a surrogate pair", start);
    point = 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
  } else if (is_low_surrogate(unit)) {
    return fail("half a surrogate pair", start);
  }
  append_utf8(buffer, point);
  return true;
}

bool json_reader::read_code_unit(unsigned& unit) noexcept {
  const char* const start = at_ - 2;
  unit = 0;
  for (int i = 0; i < 4; ++i) {
    if (is_at_end()) return false;
    const int digit = hexadecimal_digit(*at_);
    if (digit < 0) return fail("\\u needs four hexadecimal digits", start);
    unit = unit << 4 | static_cast<unsigned>(digit);
    ++at_;
  }
  return true;
}

bool json_reader::skip_digits() noexcept {
  if (!is_digit(next())) return false;
  while (is_digit(next())) ++at_;
  return true;
}

bool json_reader::read_number(number_text& number) noexcept {
  const char* const start = at_;
  take('-');
  const bool begins_with_zero = next() == '0';
  const char* const digits = at_;
  if (!skip_digits()) return false;
  if (begins_with_zero && at_ - digits > 1) {
    return fail("a number has no leading zeros", start);
  }
  number.is_integer = true;
  if (take('.')) {
    number.is_integer = false;
    if (!skip_digits()) return false;
  }
  if (take('e') || take('E')) {
    number.is_integer = false;
    if (!take('+')) take('-');
    if (!skip_digits()) return false;
  }
  number.text = {start, static_cast<std::size_t>(at_ - start)};
  return true;
}

std::string json_reader::fault() const {
  const auto position = std::to_string(at_ - begin_);
  const auto what = is_at_end()         ? std::string("the text ends too early")
                    : fault_ != nullptr ? std::string(fault_)
                                        : describe(*at_);
  return "not valid JSON at byte " + position + ": " + what;
}

void append_compact(std::string_view json, std::string& out) {
  bool is_in_string = false;
  bool is_escaped = false;
  for (const char character : json) {
    if (is_in_string) {
      is_in_string = is_escaped || character != '"';
      is_escaped = !is_escaped && character == '\\';
    } else if (static_cast<unsigned char>(character) <= ' ') {
      continue;
    } else {
      is_in_string = character == '"';
    }
    out.push_back(character);
  }
}

}  // namespace messagebus::codec::detail
