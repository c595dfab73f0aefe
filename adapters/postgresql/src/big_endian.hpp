#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace messagebus::postgresql::detail {

/// Appends a number as the server's binary form has it, the highest byte first.
template <class Unsigned>
void append_big_endian(std::string& bytes, Unsigned number) {
  static_assert(std::is_unsigned_v<Unsigned>);
  std::array<char, sizeof(Unsigned)> text;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    text[i] = static_cast<char>(number >> (8 * (sizeof(Unsigned) - 1 - i)));
  }
  bytes.append(text.data(), text.size());
}

/// Precondition: `bytes` has as many as the number.
template <class Unsigned>
Unsigned read_big_endian(const char* bytes) noexcept {
  static_assert(std::is_unsigned_v<Unsigned>);
  Unsigned number = 0;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    number = static_cast<Unsigned>(number << 8U) | static_cast<unsigned char>(bytes[i]);
  }
  return number;
}

}  // namespace messagebus::postgresql::detail
