#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace messagebus {

/// A universally unique identifier: 16 bytes, in the order in which its text shows them.
struct uuid {
  /// Characters of the canonical text.
  static constexpr std::size_t text_bytes = 36;

  std::array<std::uint8_t, 16> bytes{};

  // As two numbers: the default would call memcmp.
  friend constexpr bool operator==(const uuid& left, const uuid& right) noexcept {
    using halves = std::array<std::uint64_t, 2>;
    const auto a = std::bit_cast<halves>(left.bytes);
    const auto b = std::bit_cast<halves>(right.bytes);
    return ((a[0] ^ b[0]) | (a[1] ^ b[1])) == 0;
  }
  /// Orders by bytes; for ids of version 7 this is the order in which they were made.
  friend auto operator<=>(const uuid&, const uuid&) = default;

  /// Reads the canonical text (`0198c0de-7b1a-7000-8000-0123456789ab`), upper or lower case.
  /// Anything else, such as braces, a prefix or missing hyphens, is empty.
  static std::optional<uuid> parse(std::string_view text) noexcept;

  /// Writes the 36 characters of the canonical text in lower case, without a terminating zero, and
  /// returns the end.
  char* to_chars(char* text) const noexcept;

  std::string to_string() const;

  bool is_nil() const noexcept { return *this == uuid{}; }
};

}  // namespace messagebus

template <>
struct std::hash<messagebus::uuid> {
  // Version 7 keeps its randomness in the second half and its time in the first; version 4 is
  // random in both. One multiplication spreads either over all bits, for tables that use the low
  // ones.
  std::size_t operator()(const messagebus::uuid& id) const noexcept {
    struct halves {
      std::uint64_t first, second;
    };
    const auto value = std::bit_cast<halves>(id.bytes);
    const auto mixed = (value.first ^ std::rotl(value.second, 29)) * 0x9e3779b97f4a7c15ULL;
    return static_cast<std::size_t>(mixed ^ (mixed >> 32));
  }
};
