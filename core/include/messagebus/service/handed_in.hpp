#pragma once

#include <messagebus/domain/envelope.hpp>
#include <messagebus/service/dependencies.hpp>
#include <messagebus/service/handler_traits.hpp>
#include <type_traits>
#include <utility>

namespace messagebus::detail {

/// Which message an argument of `handle` is, bare or in an envelope.
template <class First>
using handed_in = typename message_parameter<std::remove_cvref_t<First>>::message;

/// What the bus works with: the caller's envelope itself when it has a name, so that the caller
/// sees what is filled in, otherwise one of its own.
template <class First>
using kept_envelope = std::conditional_t<std::is_same_v<First, envelope<handed_in<First>>&>,
                                         envelope<handed_in<First>>&, envelope<handed_in<First>>>;

template <class First>
kept_envelope<First> keep_envelope(First&& first) {
  if constexpr (message_parameter<std::remove_cvref_t<First>>::wants_envelope) {
    return std::forward<First>(first);
  } else {
    return {{}, std::forward<First>(first)};
  }
}

template <class First>
consteval void require_message() {
  static_assert(message<handed_in<First>>,
                "what is handed to the bus is not a message: a struct with a static schema made by "
                "messagebus::command or messagebus::event");
}

template <class... Transient>
consteval void require_lasting() {
  static_assert(
      ((std::is_lvalue_reference_v<Transient> ||
        transient_type<std::remove_cvref_t<Transient>>::is_lent) &&
       ...),
      "a dependency that is handed to the bus is lent until the transaction ends: hand in "
      "a variable, no temporary");
}

template <class... Interface>
inline constexpr bool are_distinct = true;
template <class First, class... Others>
inline constexpr bool are_distinct<First, Others...> =
    (!std::is_same_v<First, Others> && ...) && are_distinct<Others...>;

template <class... Transient>
consteval void require_distinct() {
  static_assert(are_distinct<typename transient_type<std::remove_cvref_t<Transient>>::interface...>,
                "two dependencies of one type are handed in, and no handler would get the second");
}

}  // namespace messagebus::detail
