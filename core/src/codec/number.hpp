#pragma once

#include <messagebus/codec/detail/shape.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace messagebus::codec::detail {

inline constexpr std::size_t integer_text_bytes_max = 20;
inline constexpr std::size_t float_text_bytes_max = 32;

inline bool is_integer(kind kind) noexcept {
  return kind <= kind::uint64;
}

/// "from 0 to 255"
std::string integer_range(kind kind);

/// Writes the integer of this kind that lies at `value`, and returns the end of its text.
char* write_integer(kind kind, const void* value, char* text) noexcept;

/// Writes the shortest text that reads back as the same number; `inf` and `nan` for what has none.
char* write_float(kind kind, const void* value, char* text) noexcept;

/// Stores `number` as this kind; false when it lies outside the range, and nothing is stored then.
bool store_integer(kind kind, std::int64_t number, void* value) noexcept;

/// Whether `text` is a number in the grammar of JSON, of whatever size.
bool is_json_number(std::string_view text) noexcept;

/// Reads the digits of an integer, with a minus or without; false when it lies outside the range of
/// the kind, or the text is anything else. Nothing is stored then.
bool read_integer(kind kind, std::string_view digits, void* value) noexcept;

/// Reads the text of a JSON number exactly, to the nearest value; false when it is out of range.
/// What is too small becomes 0.
bool read_float(kind kind, std::string_view number, void* value) noexcept;

inline std::uint64_t load_bits(const void* value, std::size_t width_bytes) noexcept {
  switch (width_bytes) {
    case 1: {
      std::uint8_t bits;
      std::memcpy(&bits, value, sizeof bits);
      return bits;
    }
    case 2: {
      std::uint16_t bits;
      std::memcpy(&bits, value, sizeof bits);
      return bits;
    }
    case 4: {
      std::uint32_t bits;
      std::memcpy(&bits, value, sizeof bits);
      return bits;
    }
    default: {
      std::uint64_t bits;
      std::memcpy(&bits, value, sizeof bits);
      return bits;
    }
  }
}

template <class Integer>
Integer load(const void* value) noexcept {
  Integer number;
  std::memcpy(&number, value, sizeof number);
  return number;
}

}  // namespace messagebus::codec::detail
