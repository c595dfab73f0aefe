#pragma once

#include <messagebus/service/bus.hpp>
#include <type_traits>
#include <utility>

namespace messagebus {

/// A bus whose handlers the compiler knows: a command that nobody handles (B7) and a required
/// dependency that nobody gives (D3) fail the build, each in one readable line.
///
///     constexpr auto handlers = messagebus::handlers<&on_register_book, &tell_the_reviewers>
///                                   .with<mailer>();
///     messagebus::bus<club, handlers> bus;
///
/// It is a `bus<club>` too, for code that takes any; through that, the checks are made at run time.
template <class Ports, auto Handlers>
class bus : public bus<Ports, registered_at_run_time{}> {
  using run_time_bus = bus<Ports, registered_at_run_time{}>;
  using set = std::remove_const_t<decltype(Handlers)>;

  static_assert(
      set::has_all_dependencies,
      "a handler requires a dependency that nobody gives: name its type in with<…>() or in "
      "with_transient<…>() of the handlers");

 public:
  /// Takes the factories of those dependencies that cannot be made from nothing.
  template <class... Factories>
  explicit bus(Factories... factories) {
    set::for_each([this]<auto Function>() { this->template on<Function>(); });
    (run_time_bus::provide(std::move(factories)), ...);
    provide_others<detail::type_list<
        typename detail::made_by<std::invoke_result_t<const Factories&>>::type...>>(
        typename set::provided{});
  }

  template <class M, class... Transient>
  auto handle(M&& first, transaction<Ports>& transaction, Transient&&... dependencies) {
    prove<M, Transient...>();
    return run_time_bus::handle(std::forward<M>(first), transaction, dependencies...);
  }

  template <class M, class... Transient>
  auto async_handle(M&& first, transaction<Ports>& transaction, Transient&... dependencies) {
    prove<M, Transient...>();
    return run_time_bus::async_handle(std::forward<M>(first), transaction, dependencies...);
  }

  template <class M, class... Transient>
  auto execute(unit_of_work<Ports>& unit_of_work, M&& first, Transient&&... dependencies) {
    prove<M, Transient...>();
    return run_time_bus::execute(unit_of_work, std::forward<M>(first), dependencies...);
  }

  template <class M, class... Transient>
  auto async_execute(unit_of_work<Ports>& unit_of_work, M&& first, Transient&... dependencies) {
    prove<M, Transient...>();
    return run_time_bus::async_execute(unit_of_work, std::forward<M>(first), dependencies...);
  }

 private:
  template <class First, class... Transient>
  static consteval void prove() {
    using M = typename detail::message_parameter<std::remove_cvref_t<First>>::message;
    static_assert(
        message<M>,
        "what is handed to the bus is not a message: a struct with a static schema made by "
        "messagebus::command or messagebus::event");
    if constexpr (message<M>) {
      static_assert(!command_message<M> || set::template handles<M>,
                    "no handler handles this command: add one to the handlers of the bus");
      static_assert(
          set::template has_dependencies_of<
              M, typename detail::transient_type<std::remove_reference_t<Transient>>::type...>,
          "a handler of this message requires a dependency that the bus does not make: hand it in");
    }
  }

  template <class Given, class... Provided>
  void provide_others(detail::type_list<Provided...> /*all*/) {
    (provide_other<Given, Provided>(), ...);
  }

  template <class Given, class Provided>
  void provide_other() {
    if constexpr (!detail::contains<Provided, Given>) {
      static_assert(std::is_default_constructible_v<Provided>,
                    "this dependency cannot be made from nothing: give the bus a factory of it");
      run_time_bus::template provide<Provided>();
    }
  }
};

}  // namespace messagebus
