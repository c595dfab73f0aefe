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
    (provide_by(std::move(factories)), ...);
    provide_others<detail::type_list<interface_of<Factories>...>>(typename set::provided{});
  }

  template <class First, class... Transient>
  auto handle(First&& first, transaction<Ports>& transaction, Transient&&... dependencies) {
    prove<First, Transient...>();
    return run_time_bus::handle(std::forward<First>(first), transaction,
                                std::forward<Transient>(dependencies)...);
  }

  template <class First, class... Transient>
  auto async_handle(First&& first, transaction<Ports>& transaction, Transient&&... dependencies) {
    prove<First, Transient...>();
    return run_time_bus::async_handle(std::forward<First>(first), transaction,
                                      std::forward<Transient>(dependencies)...);
  }

  template <class First, class... Transient>
  auto execute(unit_of_work<Ports>& unit_of_work, First&& first, Transient&&... dependencies) {
    prove<First, Transient...>();
    return run_time_bus::execute(unit_of_work, std::forward<First>(first),
                                 std::forward<Transient>(dependencies)...);
  }

  template <class First, class... Transient>
  auto async_execute(unit_of_work<Ports>& unit_of_work, First&& first,
                     Transient&&... dependencies) {
    prove<First, Transient...>();
    return run_time_bus::async_execute(unit_of_work, std::forward<First>(first),
                                       std::forward<Transient>(dependencies)...);
  }

 private:
  template <class First, class... Transient>
  static consteval void prove() {
    using M = detail::handed_in<First>;
    if constexpr (message<M>) {
      static_assert(!command_message<M> || set::template handles<M>,
                    "no handler handles this command: add one to the handlers of the bus");
      static_assert(
          set::template has_dependencies_of<
              M, typename detail::transient_type<std::remove_cvref_t<Transient>>::interface...>,
          "a handler of this message requires a dependency that the bus does not make: hand it "
          "in, and by messagebus::lend<…>() what is derived from the type that it asks for");
      static_assert(
          (set::template asks_for<
               typename detail::transient_type<std::remove_cvref_t<Transient>>::interface> &&
           ...),
          "a dependency is handed in that no handler of this bus asks for: leave it out, or hand "
          "in by messagebus::lend<…>() what is derived from the type that they ask for");
    }
  }

  /// Which of the provided dependencies a factory makes: the first that fits.
  template <class Factory>
  using interface_of = typename detail::first_base<
      typename detail::made_by<std::invoke_result_t<const Factory&>>::type,
      typename set::provided>::type;

  template <class Factory>
  void provide_by(Factory factory) {
    using interface = interface_of<Factory>;
    static_assert(!std::is_void_v<interface>,
                  "this factory makes a dependency that with<…>() of the handlers does not name");
    run_time_bus::template provide<interface>(std::move(factory));
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
