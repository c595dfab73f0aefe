#include "by_hand.hpp"

#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace messagebus::bench {
namespace {

bool is_special(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\';
}

template <std::size_t Size>
char* copy_literal(char* out, const char (&text)[Size]) {
  std::memcpy(out, text, Size - 1);
  return out + Size - 1;
}

char* copy_carefully(char* out, std::string_view text) {
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte >= 0x80) throw std::invalid_argument("this encoder is for ASCII");
    if (byte < 0x20) {
      static constexpr char digits[] = "0123456789abcdef";
      out = copy_literal(out, "\\u00");
      *out++ = digits[byte >> 4];
      *out++ = digits[byte & 15];
      continue;
    }
    if (is_special(character)) *out++ = '\\';
    *out++ = character;
  }
  return out;
}

#if defined(__SSE2__)
bool copy_block(char* out, const char* from) {
  __m128i block;
  std::memcpy(&block, from, sizeof block);
  std::memcpy(out, &block, sizeof block);
  const auto quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
  const auto backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
  const auto not_ascii_text = _mm_cmplt_epi8(block, _mm_set1_epi8(' '));
  return _mm_movemask_epi8(_mm_or_si128(not_ascii_text, _mm_or_si128(quote, backslash))) != 0;
}
#endif

// Copies while it looks, sixteen characters at once where the processor can; the last block
// overlaps the one before it.
char* copy_string(char* out, std::string_view text) {
  *out++ = '"';
  char* const begin = out;
  bool special = false;
  std::size_t at = 0;
#if defined(__SSE2__)
  if (text.size() >= 16) {
    for (; at + 16 <= text.size(); at += 16) special |= copy_block(out + at, text.data() + at);
    at = text.size();
    special |= copy_block(out + at - 16, text.data() + at - 16);
  }
#endif
  for (; at < text.size(); ++at) {
    out[at] = text[at];
    special |= is_special(text[at]);
  }
  out = special ? copy_carefully(begin, text) : begin + text.size();
  *out++ = '"';
  return out;
}

}  // namespace

void encode_by_hand(const registered_book& book, std::string& out) {
  constexpr std::size_t names_bytes = 64;
  const auto longest =
      6 * (book.id.size() + book.isbn.size() + book.title.size() + book.author.size());
  // A block on the stack: a string would be filled with zeros first.
  char block[2048];
  std::string large;
  if (longest + names_bytes > sizeof block) large.resize(longest + names_bytes);
  char* const begin = large.empty() ? block : large.data();
  char* at = begin;
  at = copy_literal(at, R"({"id":)");
  at = copy_string(at, book.id);
  at = copy_literal(at, R"(,"isbn":)");
  at = copy_string(at, book.isbn);
  at = copy_literal(at, R"(,"title":)");
  at = copy_string(at, book.title);
  at = copy_literal(at, R"(,"author":)");
  at = copy_string(at, book.author);
  *at++ = '}';
  out.append(begin, static_cast<std::size_t>(at - begin));
}

}  // namespace messagebus::bench
