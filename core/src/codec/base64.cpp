#include "base64.hpp"

#include <array>
#include <cstdint>

#include "writer.hpp"

namespace messagebus::codec::detail {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 64;

constexpr auto digit_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    values[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

}  // namespace

void write_base64(writer& out, const std::vector<std::byte>& bytes) {
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto octet = [&](std::size_t i) {
      return at + i < bytes.size() ? std::to_integer<unsigned>(bytes[at + i]) : 0U;
    };
    const unsigned group = octet(0) << 16 | octet(1) << 8 | octet(2);
    char* text = out.room(4);
    for (unsigned i = 0; i < 4; ++i) text[i] = alphabet[group >> (18 - 6 * i) & 63];
    if (at + 2 >= bytes.size()) text[3] = '=';
    if (at + 1 >= bytes.size()) text[2] = '=';
    out.advance(text + 4);
  }
}

bool read_base64(std::string_view text, std::vector<std::byte>& bytes) {
  bytes.clear();
  if (text.size() % 4 != 0) return false;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  text.remove_suffix(padding);
  bytes.reserve(text.size() * 3 / 4);
  unsigned bits = 0;
  unsigned count = 0;
  for (const char character : text) {
    const auto digit = digit_values[static_cast<std::uint8_t>(character)];
    if (digit == no_digit) return false;
    bits = bits << 6 | digit;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<std::byte>(bits >> count & 0xff));
      bits &= (1U << count) - 1;
    }
  }
  return bits == 0;
}

}  // namespace messagebus::codec::detail
