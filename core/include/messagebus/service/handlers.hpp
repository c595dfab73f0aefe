#pragma once

#include <array>
#include <messagebus/service/handler_traits.hpp>
#include <messagebus/service/participant.hpp>
#include <string_view>
#include <type_traits>

namespace messagebus {

/// Handlers that the compiler knows, and with them what a bus can prove: every command that is
/// handed in has its handler, and every dependency a source. Made by `handlers<&f, &g, …>`.
template <class Functions, class Provided, class Transient>
struct handler_set;

namespace detail {

template <auto... Functions>
struct function_list {};

template <class M, auto... Functions>
inline constexpr std::size_t handlers_count =
    (std::size_t{0} + ... +
     std::size_t{std::is_same_v<M, typename handler_traits<decltype(Functions)>::message>});

struct named_type {
  std::string_view name;
  int schema_version;
  const void* type;
};

/// No two types among `M` have the same name and version.
template <class... M>
consteval bool are_told_apart() {
  const std::array<named_type, sizeof...(M)> all{
      named_type{M::schema.name, M::schema.schema_version, &type_key<M>}...};
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (all[i].schema_version == all[j].schema_version && all[i].type != all[j].type &&
          all[i].name == all[j].name) {
        return false;
      }
    }
  }
  return true;
}

template <class Parameter, class... Lists>
inline constexpr bool is_satisfied =
    !dependency_parameter<Parameter>::required ||
    (contains<typename dependency_parameter<Parameter>::type, Lists> || ...);

template <class Dependency, class Parameters>
inline constexpr bool asks_for = false;
template <class Dependency, class... Parameters>
inline constexpr bool asks_for<Dependency, type_list<Parameters...>> =
    (std::is_same_v<Dependency, typename dependency_parameter<Parameters>::type> || ...);

template <class Dependencies, class... Lists>
inline constexpr bool all_satisfied = false;
template <class... Parameters, class... Lists>
inline constexpr bool all_satisfied<type_list<Parameters...>, Lists...> =
    (is_satisfied<Parameters, Lists...> && ...);

}  // namespace detail

template <auto... Functions, class... Provided, class... Transient>
struct handler_set<detail::function_list<Functions...>, detail::type_list<Provided...>,
                   detail::type_list<Transient...>> {
  using provided = detail::type_list<Provided...>;
  using transient_types = detail::type_list<Transient...>;

  static_assert(
      ((!command_message<typename detail::handler_traits<decltype(Functions)>::message> ||
        detail::handlers_count<typename detail::handler_traits<decltype(Functions)>::message,
                               Functions...> == 1) &&
       ...),
      "a command has two handlers in this list, and a command has one");
  static_assert(
      detail::are_told_apart<typename detail::handler_traits<decltype(Functions)>::message...>(),
      "two types of messages in this list have the same name and version, by which the log tells "
      "them apart: give one of them another");

  /// The same handlers; the bus makes these dependencies, anew for every `handle` (D1).
  template <class... More>
  consteval auto with() const {
    return handler_set<detail::function_list<Functions...>, detail::type_list<Provided..., More...>,
                       transient_types>{};
  }

  /// The same handlers; these dependencies are handed to the calls of `handle` that need them (D2).
  template <class... More>
  consteval auto with_transient() const {
    return handler_set<detail::function_list<Functions...>, provided,
                       detail::type_list<Transient..., More...>>{};
  }

  template <message M>
  static constexpr bool handles = detail::handlers_count<M, Functions...> != 0;

  /// Every dependency that any handler requires is provided or announced as transient.
  static constexpr bool has_all_dependencies =
      (detail::all_satisfied<typename detail::handler_traits<decltype(Functions)>::dependencies,
                             provided, transient_types> &&
       ...);

  /// What the handlers of `M` require is provided or among the types `Given`.
  template <message M, class... Given>
  static constexpr bool has_dependencies_of =
      ((!std::is_same_v<M, typename detail::handler_traits<decltype(Functions)>::message> ||
        detail::all_satisfied<typename detail::handler_traits<decltype(Functions)>::dependencies,
                              provided, detail::type_list<Given...>>)&&...);

  /// Some handler requires it, or takes it when it is there.
  template <class Dependency>
  static constexpr bool asks_for =
      (detail::asks_for<Dependency,
                        typename detail::handler_traits<decltype(Functions)>::dependencies> ||
       ...);

  /// Calls `visit.operator()<&f>()` for each handler, in order.
  template <class Visit>
  static void for_each(const Visit& visit) {
    (visit.template operator()<Functions>(), ...);
  }
};

/// The handlers of a bus, in the order in which listeners of one event are called.
template <auto... Functions>
inline constexpr handler_set<detail::function_list<Functions...>, detail::type_list<>,
                             detail::type_list<>>
    handlers{};

/// A bus whose handlers are registered while the program starts.
struct registered_at_run_time {};

}  // namespace messagebus
