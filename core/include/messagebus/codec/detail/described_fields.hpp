#pragma once

#include <boost/describe/bases.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <cstddef>
#include <type_traits>
#include <utility>

namespace messagebus::codec::detail {

struct anything {
  template <class T>
  constexpr operator T() const noexcept;  // NOLINT(google-explicit-constructor): that is its use
};

template <std::size_t>
using one_of_anything = anything;

template <class T, std::size_t... Index>
consteval bool is_made_of(std::index_sequence<Index...> /*count*/) {
  return requires { T{one_of_anything<Index>{}...}; };
}

/// Whether a struct has more fields and bases than its description names. False for what is no
/// aggregate, and of which nobody can tell.
template <class T>
consteval bool has_undescribed_fields() {
  if constexpr (std::is_aggregate_v<T>) {
    using namespace boost::describe;
    using fields = describe_members<T, mod_any_access>;
    using bases = describe_bases<T, mod_any_access>;
    constexpr std::size_t described =
        boost::mp11::mp_size<fields>::value + boost::mp11::mp_size<bases>::value;
    return is_made_of<T>(std::make_index_sequence<described + 1>{});
  } else {
    return false;
  }
}

}  // namespace messagebus::codec::detail
