#pragma once

#include <messagebus/domain/timestamp.hpp>
#include <messagebus/domain/uuid.hpp>

#include <concepts>
#include <string_view>
#include <variant>

namespace messagebus::codec {

/// The name of an alternative of a `std::variant`, which is written as `{"<tag>": value}`. A type
/// says its own as `static constexpr std::string_view tag`; specialise this for types that cannot.
template <class T>
struct tag_of {};

template <class T>
  requires requires { std::string_view(T::tag); }
struct tag_of<T> {
  static constexpr std::string_view value = T::tag;
};

template <std::integral T>
struct tag_of<T> {
  static constexpr std::string_view value = "integer";
};

template <std::floating_point T>
struct tag_of<T> {
  static constexpr std::string_view value = "number";
};

template <>
struct tag_of<bool> {
  static constexpr std::string_view value = "boolean";
};

template <>
struct tag_of<std::monostate> {
  static constexpr std::string_view value = "null";
};

template <>
struct tag_of<std::string> {
  static constexpr std::string_view value = "string";
};

template <>
struct tag_of<uuid> {
  static constexpr std::string_view value = "uuid";
};

template <>
struct tag_of<timestamp> {
  static constexpr std::string_view value = "timestamp";
};

}  // namespace messagebus::codec
