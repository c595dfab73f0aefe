#include "shown_text.hpp"

#include <fmt/format.h>

#include <cwchar>
#include <iterator>

namespace messagebus::tool {
namespace {

struct character {
  char32_t code_point;
  std::size_t bytes;  // 0: not UTF-8
};

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

// The first character of `text`, which is not empty; overlong forms, surrogates and what lies above
// U+10FFFF are no characters.
character first_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4) return {lead, 0};
  char32_t value = lead & (0x7FU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!continues(text, i)) return {lead, 0};
    value = value << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  const bool is_overlong = (bytes == 3 && value < 0x800) || (bytes == 4 && value < 0x10000);
  const bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (is_overlong || is_surrogate || value > 0x10FFFF) return {lead, 0};
  return {value, bytes};
}

// Controls of the terminal, and those that turn the direction of text or break lines.
bool is_obeyed(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

}  // namespace

void append_shown(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const character next = first_of(text);
    if (next.bytes == 0) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned>(next.code_point));
      text.remove_prefix(1);
      continue;
    }
    if (is_obeyed(next.code_point)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(next.code_point));
    } else {
      out += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes);
  }
}

std::string shown(std::string_view text) {
  std::string out;
  append_shown(out, text);
  return out;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const character next = first_of(text);
    const int width = next.bytes == 0 ? 1 : ::wcwidth(static_cast<wchar_t>(next.code_point));
    columns += width < 0 ? 1 : static_cast<std::size_t>(width);
    text.remove_prefix(next.bytes == 0 ? 1 : next.bytes);
  }
  return columns;
}

}  // namespace messagebus::tool
