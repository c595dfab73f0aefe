#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace messagebus::codec::detail {

/// True for ASCII that stands in a JSON string as it is.
inline bool is_plain(char character) noexcept {
  const auto byte = static_cast<std::uint8_t>(character);
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

#if defined(__SSE2__)

// Sixteen characters at once. Compared as signed numbers, bytes from 0x80 on are below the space as
// control characters are, so that one comparison finds both what must be escaped and what must be
// checked to be UTF-8.
inline unsigned special_lanes(__m128i characters) noexcept {
  const auto below_space = _mm_cmplt_epi8(characters, _mm_set1_epi8(0x20));
  const auto quote = _mm_cmpeq_epi8(characters, _mm_set1_epi8('"'));
  const auto backslash = _mm_cmpeq_epi8(characters, _mm_set1_epi8('\\'));
  const auto special = _mm_or_si128(below_space, _mm_or_si128(quote, backslash));
  return static_cast<unsigned>(_mm_movemask_epi8(special));
}

inline __m128i load_block(const char* from) noexcept {
  __m128i block;
  std::memcpy(&block, from, sizeof block);
  return block;
}

inline bool copy_block(const char* from, char* to) noexcept {
  const auto block = load_block(from);
  std::memcpy(to, &block, sizeof block);
  return special_lanes(block) == 0;
}

// 8 to 15 characters: both halves side by side, overlapping in the middle.
inline bool copy_short(const char* from, std::size_t bytes, char* to) noexcept {
  std::uint64_t head;
  std::uint64_t tail;
  std::memcpy(&head, from, 8);
  std::memcpy(&tail, from + bytes - 8, 8);
  std::memcpy(to, &head, 8);
  std::memcpy(to + bytes - 8, &tail, 8);
  return special_lanes(
             _mm_set_epi64x(static_cast<long long>(tail), static_cast<long long>(head))) == 0;
}

/// Copies `text` to `to`, which has room for it. False when a character in it is not plain; what
/// was copied is then of no use.
inline bool copy_plain(std::string_view text, char* to) noexcept {
  const char* from = text.data();
  const std::size_t bytes = text.size();
  if (bytes >= 16) {
    bool plain = true;
    for (std::size_t at = 0; at + 16 < bytes; at += 16) plain &= copy_block(from + at, to + at);
    return copy_block(from + bytes - 16, to + bytes - 16) && plain;
  }
  if (bytes >= 8) return copy_short(from, bytes, to);
  bool plain = true;
  for (std::size_t i = 0; i < bytes; ++i) {
    to[i] = from[i];
    plain &= is_plain(from[i]);
  }
  return plain;
}

/// How many characters at the front of `text` are plain.
inline std::size_t plain_prefix(std::string_view text) noexcept {
  std::size_t at = 0;
  for (; at + 16 <= text.size(); at += 16) {
    const auto lanes = special_lanes(load_block(text.data() + at));
    if (lanes != 0) return at + static_cast<std::size_t>(__builtin_ctz(lanes));
  }
  while (at < text.size() && is_plain(text[at])) ++at;
  return at;
}

#else

inline bool copy_plain(std::string_view text, char* to) noexcept {
  bool plain = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    to[i] = text[i];
    plain &= is_plain(text[i]);
  }
  return plain;
}

inline std::size_t plain_prefix(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size() && is_plain(text[at])) ++at;
  return at;
}

#endif

}  // namespace messagebus::codec::detail
