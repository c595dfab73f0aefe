#pragma once

#include <messagebus/codec/detail/shape_of_containers.hpp>
#include <messagebus/codec/limits.hpp>
#include <messagebus/codec/tag_of.hpp>
#include <messagebus/codec/text.hpp>
#include <messagebus/domain/error.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <string>
#include <string_view>
#include <type_traits>

namespace messagebus::codec {
namespace detail {

void encode(const shape& shape, const void* value, std::string& out, const encode_limits& limits);
void encode_lossy(const shape& shape, const void* value, std::string& out);
void decode(const shape& shape, std::string_view json, void* into, const decode_limits& limits);

}  // namespace detail

/// Appends `value` to `out` as compact JSON.
///
/// A described struct is an object with its fields in the order of their declaration, inherited
/// ones first; a described enum is its name; an empty optional is null; uuid and timestamp are
/// strings; a duration is its count; `std::vector<std::byte>` is a string in base64; pairs and
/// tuples are arrays; a map is an object; a variant is an object of one field, `{"<tag>": value}`.
/// Errors: `encode_error`, beginning with the path of the field, for text that is not UTF-8, a
/// number that is not finite, an enum without a name, a timestamp outside the years 1 to 9999, or
/// beyond a limit. `out` is then as it was.
template <class T>
void encode(const T& value, std::string& out, const encode_limits& limits = {}) {
  detail::encode(detail::shape_of<T>::value, &value, out, limits);
}

template <class T>
std::string encode(const T& value, const encode_limits& limits = {}) {
  std::string out;
  detail::encode(detail::shape_of<T>::value, &value, out, limits);
  return out;
}

/// Appends `value` in the same form, but for people: what JSON does not have is shown as well as
/// can be (U+FFFD for bytes that are not UTF-8, `nan`, the number of an enum without a name), and
/// there is no limit. Throws nothing but `std::bad_alloc`.
template <class T>
void encode_lossy(const T& value, std::string& out) {
  detail::encode_lossy(detail::shape_of<T>::value, &value, out);
}

/// Reads `json` into `into`.
///
/// Fields that the struct does not have are skipped, an absent optional is empty; an absent field
/// of any other type, a wrong type, a number out of range, an unknown enumerator, the same field
/// twice and anything that is not JSON are a `decode_error` that begins with the path of the field.
/// An optional that held what is itself written as null, such as another optional, is empty then,
/// and a `std::string_view` can be written only.
/// After an error `into` is valid, with unspecified content.
template <class T>
void decode_into(std::string_view json, T& into, const decode_limits& limits = {}) {
  detail::decode(detail::shape_of<T>::value, json, &into, limits);
}

/// Reads `json` into a new T, which must be default constructible.
template <class T>
T decode(std::string_view json, const decode_limits& limits = {}) {
  static_assert(std::is_default_constructible_v<T>,
                "what is read from JSON is made empty and then filled: give it a default "
                "constructor");
  T value{};
  detail::decode(detail::shape_of<T>::value, json, &value, limits);
  return value;
}

}  // namespace messagebus::codec
