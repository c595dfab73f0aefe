#pragma once

#include <messagebus/codec/detail/described_fields.hpp>
#include <messagebus/codec/detail/shape.hpp>
#include <messagebus/codec/raw_json.hpp>
#include <messagebus/codec/representation.hpp>
#include <messagebus/domain/timestamp.hpp>
#include <messagebus/domain/uuid.hpp>

#include <boost/describe/bases.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>

#include <concepts>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

namespace messagebus::codec::detail {

template <class T>
struct natural_shape_of {
  static_assert(sizeof(T) == 0,
                "this type has no JSON form: describe it with BOOST_DESCRIBE_STRUCT or "
                "BOOST_DESCRIBE_ENUM, or specialise messagebus::codec::representation for it");
};

template <class T>
struct converted_shape_of;

template <class T>
concept represented = requires { typename representation<T>::type; };

/// `shape_of<T>::value` is the table of T.
template <class T>
struct shape_of : std::conditional_t<represented<T>, converted_shape_of<T>, natural_shape_of<T>> {};

template <kind Kind>
struct plain_shape {
  static constexpr shape value{Kind};
};

// Integers: every standard width, signed or not; characters are no numbers.
template <class T>
concept integer =
    std::same_as<T, signed char> || std::same_as<T, unsigned char> || std::same_as<T, short> ||
    std::same_as<T, unsigned short> || std::same_as<T, int> || std::same_as<T, unsigned> ||
    std::same_as<T, long> || std::same_as<T, unsigned long> || std::same_as<T, long long> ||
    std::same_as<T, unsigned long long>;

template <integer T>
constexpr kind integer_kind() {
  switch (sizeof(T)) {
    case 1:
      return std::is_signed_v<T> ? kind::int8 : kind::uint8;
    case 2:
      return std::is_signed_v<T> ? kind::int16 : kind::uint16;
    case 4:
      return std::is_signed_v<T> ? kind::int32 : kind::uint32;
    default:
      return std::is_signed_v<T> ? kind::int64 : kind::uint64;
  }
}

template <integer T>
struct natural_shape_of<T> : plain_shape<integer_kind<T>()> {};

template <>
struct natural_shape_of<bool> : plain_shape<kind::boolean> {};
template <>
struct natural_shape_of<float> : plain_shape<kind::float32> {};
template <>
struct natural_shape_of<double> : plain_shape<kind::float64> {};
template <>
struct natural_shape_of<std::string> : plain_shape<kind::text> {};
template <>
struct natural_shape_of<std::string_view> : plain_shape<kind::text_view> {};
template <>
struct natural_shape_of<uuid> : plain_shape<kind::uuid> {};
template <>
struct natural_shape_of<timestamp> : plain_shape<kind::timestamp> {};
template <>
struct natural_shape_of<std::vector<std::byte>> : plain_shape<kind::bytes> {};
template <>
struct natural_shape_of<std::monostate> : plain_shape<kind::null> {};
template <>
struct natural_shape_of<raw_json> : plain_shape<kind::raw> {};

// A duration is written as its count: the unit belongs into the name of the field (timeout_ms).
template <class Rep, class Period>
  requires(integer<Rep> || std::same_as<Rep, double> || std::same_as<Rep, float>)
struct natural_shape_of<std::chrono::duration<Rep, Period>> : natural_shape_of<Rep> {};

template <class T>
  requires std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value
struct natural_shape_of<T> {
  template <class... D>
  static constexpr std::array<enumerator, sizeof...(D)> list(boost::mp11::mp_list<D...>) {
    return {{{D::name, static_cast<std::uint64_t>(D::value)}...}};
  }

  using described =
      boost::mp11::mp_rename<boost::describe::describe_enumerators<T>, boost::mp11::mp_list>;
  static constexpr auto enumerators = list(described{});
  static constexpr enumeration_shape value{{kind::enumeration},
                                           sizeof(T),
                                           std::is_signed_v<std::underlying_type_t<T>>,
                                           enumerators.data(),
                                           enumerators.size()};
};

template <class T>
constexpr bool is_optional_shape = false;

template <class T>
concept described_object = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;

constexpr field_key make_field_key(std::string_view name) {
  field_key key;
  key.fits = name.size() + 4 <= field_key::block_bytes;
  if (!key.fits) return key;
  key.block[0] = ',';
  key.block[1] = '"';
  for (std::size_t i = 0; i < name.size(); ++i) key.block[i + 2] = name[i];
  key.block[name.size() + 2] = '"';
  key.block[name.size() + 3] = ':';
  return key;
}

/// Whether a field hides one of a base, which the description leaves out then, or two bases have a
/// field of the same name.
template <class T>
consteval bool has_name_twice() {
  using namespace boost::describe;
  using namespace boost::mp11;
  if constexpr (mp_empty<describe_bases<T, mod_any_access>>::value) {
    return false;  // the language sees to it
  } else {
    using all = describe_members<T, mod_public | mod_inherited | mod_hidden>;
    return []<template <class...> class List, class... Member>(List<Member...> /*members*/) {
      const std::array<std::string_view, sizeof...(Member)> names{Member::name...};
      for (std::size_t i = 0; i < names.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
          if (names[i] == names[k]) return true;
        }
      }
      return false;
    }(all{});
  }
}

template <class T, class Member>
void* member_of(void* object) {
  return const_cast<void*>(static_cast<const void*>(&(static_cast<T*>(object)->*Member::pointer)));
}

template <class T, class Member>
using member_type = std::remove_cvref_t<decltype(std::declval<T&>().*Member::pointer)>;

template <described_object T>
struct natural_shape_of<T> {
  using members = boost::describe::describe_members<T, boost::describe::mod_public |
                                                           boost::describe::mod_inherited>;
  static constexpr std::size_t count = boost::mp11::mp_size<members>::value;
  static_assert(boost::mp11::mp_empty<boost::describe::describe_members<
                    T, boost::describe::mod_protected | boost::describe::mod_private |
                           boost::describe::mod_inherited>>::value,
                "the codec knows the public fields of a struct: make what is described public, or "
                "specialise messagebus::codec::representation for this type");
  static_assert(count <= 64, "the codec takes at most 64 described fields in a struct");

  template <template <class...> class List, class... Member>
  static constexpr std::array<field, count> list(List<Member...>) {
    return {{{Member::name, &member_of<T, Member>, &shape_of<member_type<T, Member>>::value,
              make_field_key(Member::name)}...}};
  }

  template <template <class...> class List, class... Member>
  static constexpr std::uint64_t optional_mask(List<Member...>) {
    std::uint64_t mask = 0;
    std::uint64_t bit = 1;
    ((mask |= is_optional_shape<member_type<T, Member>> ? bit : 0, bit <<= 1), ...);
    return mask;
  }

  static_assert(!has_name_twice<T>(),
                "two fields of a struct and its bases have the same name, and JSON would keep one "
                "of them: give one another name");

  static constexpr std::array<field, count> fields = list(members{});
  static constexpr object_shape value{
      {kind::object}, fields.data(), count, optional_mask(members{}), has_undescribed_fields<T>()};
};

}  // namespace messagebus::codec::detail
