#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <messagebus/domain/character.hpp>
#include <messagebus/domain/timestamp.hpp>
#include <messagebus/domain/uuid.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace messagebus::postgresql {

/// The values of a statement's parameters, in the server's binary form. Integers, bool, double,
/// text, bytes, `uuid`, `timestamp` (timestamptz), optionals of these, and `nullptr`. Text has no
/// type of its own: the server takes it for whatever the statement wants there, a varchar, a json,
/// an enumeration. The values are copied.
class parameters {
 public:
  struct slot {
    std::uint32_t type = 0;   ///< the object id of the type; zero lets the server choose
    std::int32_t bytes = -1;  ///< negative is NULL
    std::size_t offset = 0;   ///< where in `bytes()` it begins
    bool is_binary = false;
  };

  parameters() = default;

  template <class... Values>
  static parameters of(const Values&... values) {
    static_assert(
        (is_value<Values> && ...),
        "a value of a statement is NULL, bool, an integer, a floating-point number, text, "
        "bytes, a uuid, a timestamp, or an optional of these: convert it first");
    parameters made;
    if constexpr (sizeof...(Values) > 0) {
      made.reserve(sizeof...(Values), sizeof...(Values) * value_bytes_usual);
      (made.add(values), ...);
    }
    return made;
  }

  /// Takes memory for so many values, and for so many bytes of them all.
  void reserve(std::size_t values, std::size_t bytes) {
    values_.reserve(values);
    bytes_.reserve(bytes);
  }

  void add(std::nullptr_t) { values_.push_back({}); }
  // Templates, so that no pointer is taken for a truth and no enumeration for a number.
  void add(std::floating_point auto number) { add_float8(static_cast<double>(number)); }
  /// Errors: `usage_error` for a number above 2^63 - 1, which PostgreSQL has no type for.
  void add(std::integral auto number) {
    using type = decltype(number);
    static_assert(!messagebus::detail::character<type>,
                  "a character is no number: give a text, std::string_view(&character, 1)");
    if constexpr (std::same_as<type, bool>) {
      add_boolean(number);
    } else if constexpr (sizeof(type) == 1 || (sizeof(type) == 2 && std::signed_integral<type>)) {
      add_int2(static_cast<std::int16_t>(number));
    } else if constexpr (sizeof(type) == 2 || (sizeof(type) == 4 && std::signed_integral<type>)) {
      add_int4(static_cast<std::int32_t>(number));
    } else if constexpr (std::unsigned_integral<type>) {
      add_unsigned(std::uint64_t{number});
    } else {
      add_int8(std::int64_t{number});
    }
  }
  /// Errors: `encode_error` for text with a zero byte, which PostgreSQL does not keep, and for any
  /// value of 1 GB or more.
  void add(std::string_view text);
  void add(const std::string& text) { add(std::string_view(text)); }
  /// A null pointer is NULL.
  void add(const char* text) {
    if (text == nullptr) return add(nullptr);
    add(std::string_view(text));
  }
  void add(std::span<const std::byte> bytes);
  void add(const std::vector<std::byte>& bytes) { add(std::span<const std::byte>(bytes)); }
  /// A value of any other type in the binary form that the server has for it.
  void add_binary(std::uint32_t type, std::string_view bytes);
  void add(const uuid& id);
  /// Errors: `usage_error` for a timestamp so early that the server has no number for it.
  void add(timestamp at);
  template <class T, class Parameters = parameters>
    requires requires(Parameters& made, const T& held) { made.add(held); }
  void add(const std::optional<T>& value) {
    if (value) {
      add(*value);
      return;
    }
    // The type stays, so that the statement is the same one with a value and without.
    const std::size_t kept = bytes_.size();
    add(T{});
    values_.back().bytes = -1;
    bytes_.resize(kept);
  }

  std::span<const slot> values() const noexcept { return values_; }
  const char* data(const slot& value) const noexcept { return bytes_.data() + value.offset; }
  std::string_view field(const slot& value) const noexcept {
    return {data(value), static_cast<std::size_t>(value.bytes)};
  }
  std::size_t size() const noexcept { return values_.size(); }
  std::size_t bytes() const noexcept { return bytes_.size(); }
  void clear() noexcept {
    values_.clear();
    bytes_.clear();
  }

 private:
  static constexpr std::size_t value_bytes_usual = 32;

  // `Parameters` depends, since this class is complete only where it is used.
  template <class Value, class Parameters = parameters>
  static constexpr bool is_value =
      requires(Parameters& made, const Value& value) { made.add(value); };

  void add_boolean(bool truth);
  void add_float8(double number);
  void add_int2(std::int16_t number);
  void add_int4(std::int32_t number);
  void add_int8(std::int64_t number);
  void add_unsigned(std::uint64_t number);
  template <class Unsigned>
  void add_big_endian(std::uint32_t type, Unsigned number);

  std::vector<slot> values_;
  std::string bytes_;
};

}  // namespace messagebus::postgresql
