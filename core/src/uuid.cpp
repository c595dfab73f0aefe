#include <messagebus/domain/uuid.hpp>

#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace messagebus {
namespace {

// The text is 32 digits with hyphens after the 8th, 12th, 16th and 20th.
void insert_hyphens(const char* digits, char* text) noexcept {
  std::memcpy(text, digits, 8);
  text[8] = '-';
  std::memcpy(text + 9, digits + 8, 4);
  text[13] = '-';
  std::memcpy(text + 14, digits + 12, 4);
  text[18] = '-';
  std::memcpy(text + 19, digits + 16, 4);
  text[23] = '-';
  std::memcpy(text + 24, digits + 20, 12);
}

bool remove_hyphens(const char* text, char* digits) noexcept {
  if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return false;
  std::memcpy(digits, text, 8);
  std::memcpy(digits + 8, text + 9, 4);
  std::memcpy(digits + 12, text + 14, 4);
  std::memcpy(digits + 16, text + 19, 4);
  std::memcpy(digits + 20, text + 24, 12);
  return true;
}

#if defined(__SSE2__)

// '0'..'9' follow one another, and so do 'a'..'f', 39 places further on.
__m128i digits_of(__m128i nibbles) noexcept {
  const auto beyond_nine = _mm_cmpgt_epi8(nibbles, _mm_set1_epi8(9));
  const auto shift = _mm_and_si128(beyond_nine, _mm_set1_epi8('a' - '0' - 10));
  return _mm_add_epi8(_mm_add_epi8(nibbles, _mm_set1_epi8('0')), shift);
}

void write_digits(const std::uint8_t* bytes, char* digits) noexcept {
  const auto low_nibble = _mm_set1_epi8(15);
  __m128i value;
  std::memcpy(&value, bytes, sizeof value);
  const auto high = digits_of(_mm_and_si128(_mm_srli_epi16(value, 4), low_nibble));
  const auto low = digits_of(_mm_and_si128(value, low_nibble));
  const auto first = _mm_unpacklo_epi8(high, low);
  const auto second = _mm_unpackhi_epi8(high, low);
  std::memcpy(digits, &first, sizeof first);
  std::memcpy(digits + 16, &second, sizeof second);
}

// The nibbles of 16 digits; lanes of `bad` are set where there is no digit.
__m128i nibbles_of(__m128i digits, __m128i& bad) noexcept {
  const auto below = [](__m128i value, char limit) {
    return _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(limit)), value);
  };
  const auto number = _mm_sub_epi8(digits, _mm_set1_epi8('0'));
  const auto is_number = below(number, 9);
  const auto lower = _mm_or_si128(digits, _mm_set1_epi8(0x20));
  const auto letter = _mm_sub_epi8(lower, _mm_set1_epi8('a'));
  const auto is_letter = below(letter, 5);
  bad = _mm_or_si128(bad, _mm_cmpeq_epi8(_mm_or_si128(is_number, is_letter), _mm_setzero_si128()));
  return _mm_or_si128(_mm_and_si128(is_number, number),
                      _mm_andnot_si128(is_number, _mm_add_epi8(letter, _mm_set1_epi8(10))));
}

bool read_digits(const char* digits, std::uint8_t* bytes) noexcept {
  __m128i first;
  __m128i second;
  std::memcpy(&first, digits, sizeof first);
  std::memcpy(&second, digits + 16, sizeof second);
  auto bad = _mm_setzero_si128();
  // A pair of nibbles lies in a lane of 16 bits with the higher one first.
  const auto join = [](__m128i nibbles) {
    const auto both = _mm_or_si128(_mm_slli_epi16(nibbles, 4), _mm_srli_epi16(nibbles, 8));
    return _mm_and_si128(both, _mm_set1_epi16(0xff));
  };
  const auto value = _mm_packus_epi16(join(nibbles_of(first, bad)), join(nibbles_of(second, bad)));
  std::memcpy(bytes, &value, sizeof value);
  return _mm_movemask_epi8(bad) == 0;
}

#else

void write_digits(const std::uint8_t* bytes, char* digits) noexcept {
  static constexpr char digit[] = "0123456789abcdef";
  for (std::size_t i = 0; i < 16; ++i) {
    digits[2 * i] = digit[bytes[i] >> 4];
    digits[2 * i + 1] = digit[bytes[i] & 15];
  }
}

int nibble_of(char digit) noexcept {
  if (digit >= '0' && digit <= '9') return digit - '0';
  const char lower = static_cast<char>(digit | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool read_digits(const char* digits, std::uint8_t* bytes) noexcept {
  for (std::size_t i = 0; i < 16; ++i) {
    const int high = nibble_of(digits[2 * i]);
    const int low = nibble_of(digits[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

#endif

}  // namespace

std::optional<uuid> uuid::parse(std::string_view text) noexcept {
  if (text.size() != text_bytes) return std::nullopt;
  char digits[32];
  uuid id;
  if (!remove_hyphens(text.data(), digits) || !read_digits(digits, id.bytes.data())) {
    return std::nullopt;
  }
  return id;
}

char* uuid::to_chars(char* text) const noexcept {
  char digits[32];
  write_digits(bytes.data(), digits);
  insert_hyphens(digits, text);
  return text + text_bytes;
}

std::string uuid::to_string() const {
  std::string text(text_bytes, '\0');
  to_chars(text.data());
  return text;
}

}  // namespace messagebus
