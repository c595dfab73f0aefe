#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "plain_text.hpp"

namespace messagebus::codec::detail {

/// Length of the UTF-8 sequence that `text` begins with, which is not empty; 0 when it is none
/// (table 3-7 of the Unicode standard: no overlong forms, no surrogates, nothing above U+10FFFF).
inline std::size_t utf8_sequence_bytes(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const auto first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first < 0xe0) return text.size() >= 2 && continues(1) ? 2 : 0;
  if (first < 0xf0) {
    if (text.size() < 3 || !continues(1) || !continues(2)) return 0;
    const bool overlong = first == 0xe0 && byte(1) < 0xa0;
    const bool surrogate = first == 0xed && byte(1) > 0x9f;
    return overlong || surrogate ? 0 : 3;
  }
  if (text.size() < 4 || !continues(1) || !continues(2) || !continues(3)) return 0;
  const bool overlong = first == 0xf0 && byte(1) < 0x90;
  const bool beyond = first == 0xf4 && byte(1) > 0x8f;
  return overlong || beyond ? 0 : 4;
}

/// How many bytes at the front of `text` stand in a JSON string as they are: all before a quote, a
/// backslash, a control character or a byte that is not UTF-8.
inline std::size_t unescaped_prefix(std::string_view text) noexcept {
  std::size_t at = 0;
  for (;;) {
    at += plain_prefix(text.substr(at));
    if (at == text.size() || static_cast<std::uint8_t>(text[at]) < 0x80) return at;
    const auto sequence = utf8_sequence_bytes(text.substr(at));
    if (sequence == 0) return at;
    at += sequence;
  }
}

}  // namespace messagebus::codec::detail
