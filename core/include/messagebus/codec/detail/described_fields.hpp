#pragma once

#include <boost/describe/bases.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace messagebus::codec::detail {

// Neither conversion has a body, since none is called; and neither is constexpr, since compilers
// warn of inline functions without one.

struct anything {
  template <class T>
  operator T() const noexcept;  // NOLINT(google-explicit-constructor): that is its use
};

template <class T>
struct any_empty_base {
  template <class Base>
    requires(std::is_empty_v<Base> && std::is_base_of_v<Base, T>)
  operator Base() const noexcept;  // NOLINT(google-explicit-constructor): as above
};

template <class Value, std::size_t>
using repeated = Value;

/// Whether so many of `Value` are no more than a struct has fields and bases, which come first.
template <class T, class Value, std::size_t... Index>
consteval bool begins_with(std::index_sequence<Index...> /*count*/) {
  return requires { T{repeated<Value, Index>{}...}; };
}

template <class T, std::size_t Known = 0>
consteval std::size_t count_first_empty_bases() {
  if constexpr (begins_with<T, any_empty_base<T>>(std::make_index_sequence<Known + 1>{})) {
    return count_first_empty_bases<T, Known + 1>();
  } else {
    return Known;
  }
}

template <class Described>
using is_empty_base = std::is_empty<typename Described::type>;

/// Whether a struct has more fields and bases than its description names; an empty base before all
/// others need not be named. False for what is no aggregate, and of which nobody can tell.
template <class T>
consteval bool has_undescribed_fields() {
  if constexpr (std::is_aggregate_v<T>) {
    using namespace boost::describe;
    using namespace boost::mp11;
    using fields = describe_members<T, mod_any_access>;
    using bases = describe_bases<T, mod_any_access>;
    constexpr std::size_t described = mp_size<fields>::value + mp_size<bases>::value;
    if constexpr (begins_with<T, anything>(std::make_index_sequence<described + 1>{})) {
      constexpr std::size_t empty_bases = mp_count_if<bases, is_empty_base>::value;
      constexpr std::size_t first_empty_bases = count_first_empty_bases<T>();
      constexpr std::size_t unknown =
          first_empty_bases > empty_bases ? first_empty_bases - empty_bases : 0;
      constexpr std::size_t known = described + unknown;
      return begins_with<T, anything>(std::make_index_sequence<known + 1>{});
    }
  }
  return false;
}

}  // namespace messagebus::codec::detail
