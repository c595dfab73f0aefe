#pragma once

#include <array>
#include <cstddef>
#include <messagebus/service/attempts.hpp>
#include <messagebus/service/dispatch.hpp>
#include <messagebus/service/handed_in.hpp>
#include <messagebus/service/handler_modules.hpp>
#include <messagebus/service/handlers.hpp>
#include <messagebus/service/registrations.hpp>
#include <messagebus/service/unit_of_work.hpp>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

namespace messagebus {

/// Dispatches commands and events to their handlers inside a transaction, and puts every message it
/// handled into the event store of that transaction.
///
/// `bus<club>` is filled while the program starts, by `on`, `scan` and `provide`; its first
/// `handle` ends registration. `bus<club, handlers>` is proved by the compiler (proved_bus.hpp).
/// Thread safety: once it serves, one bus serves any number of threads, each with transactions of
/// its own (B10).
template <class Ports, auto Handlers = registered_at_run_time{}>
class bus;

template <class Ports>
class bus<Ports, registered_at_run_time{}> {
 public:
  bus() = default;
  bus(const bus&) = delete;
  bus& operator=(const bus&) = delete;
  ~bus() = default;

  /// Registers a handler: a function, or an object with one const call operator. Its parameters say
  /// what it handles and what it needs. Errors: `configuration_error` for the second handler of a
  /// command (B1), for a null pointer, and when the bus serves already. What the listener of an
  /// event returns is dropped.
  template <class Callable>
  handler_id on(Callable handler) {
    require_same_ports<Callable>();
    return registered_.add(detail::entry_of(std::move(handler)));
  }

  /// Registers a function that is named at compile time, `on<&on_register_book>()`: one indirection
  /// less for each call.
  template <auto Function>
  handler_id on() {
    require_same_ports<decltype(Function)>();
    return registered_.add(detail::entry_of_function<Function>());
  }

  /// Takes one registration away (B2). Errors: `configuration_error` when there is none, and when
  /// the bus serves already.
  void remove(handler_id id) { registered_.remove(id); }
  template <class Returned, class... Parameters>
  void remove(Returned (*function)(Parameters...)) {
    registered_.remove(reinterpret_cast<const void*>(function));
  }

  /// Lets the bus make a dependency, anew for every `handle` that needs it (D1). `Interface` is
  /// what handlers ask for.
  template <class Interface, class Implementation = Interface>
  bus& provide() {
    static_assert(std::is_default_constructible_v<Implementation>,
                  "this dependency cannot be made from nothing: give the bus a factory of it");
    return provide<Interface>([] { return Implementation(); });
  }
  /// The same by a factory, which returns the dependency or a pointer that owns it; an empty
  /// pointer says that there is none this time. Its hooks (D4) are those of the type that is
  /// returned: a pointer to a base hides the hooks that the base does not have.
  template <class Interface = void, class Factory>
  bus& provide(Factory factory) {
    using made = typename detail::made_by<std::invoke_result_t<const Factory&>>::type;
    using interface = std::conditional_t<std::is_void_v<Interface>, made, Interface>;
    static_assert(std::is_convertible_v<made*, interface*>,
                  "what the bus makes is no such dependency: derive it, publicly, from the type "
                  "that handlers ask for");
    registered_.provide(detail::provider_of<interface>(std::move(factory)));
    return *this;
  }

  /// Registers all handlers that were announced by MESSAGEBUS_HANDLER in these modules and below
  /// them (B9), by the names of module and file, and in a file as they stand there. Errors: one
  /// `configuration_error` that tells all: modules without handlers, commands with two, listeners
  /// that are registered already; nothing is registered then.
  template <class... Modules>
  void scan(const Modules&... modules) {
    registered_.scan({std::string_view(modules)...}, &detail::type_key<Ports>);
  }

  /// Handles a message and all messages that its handlers raise (B4), and returns what the handler
  /// of the command returned (B3). A message that has a header already comes in an `envelope`; what
  /// is missing in it (a nil id, no time, a nil correlation id) is filled in. Dependencies handed
  /// in win over those of the bus (D2); they are lent until the transaction ends, and are passed
  /// over where no handler asks for that type: `lend` what is derived from it, which also lets its
  /// own hooks be heard. Errors: those of the handlers; `no_handler_error`;
  /// `missing_dependency_error`; `transaction_error` when the transaction is not running, or
  /// handles another message. Blocking as far as handlers block.
  template <class First, class... Transient>
  auto handle(First&& first, transaction<Ports>& transaction, Transient&&... dependencies) {
    detail::require_message<First>();
    detail::require_distinct<Transient...>();
    detail::require_lasting<Transient...>();
    auto&& kept = detail::keep_envelope(std::forward<First>(first));
    const transients<sizeof...(Transient)> given{detail::transient_of(dependencies)...};
    return handle_kept(kept, transaction, given);
  }

  /// `handle` for coroutines. A message is kept by the task; an envelope that is handed in by a
  /// name is filled in place, and outlives the task like transaction and dependencies.
  template <class First, class... Transient>
  auto async_handle(First&& first, transaction<Ports>& transaction, Transient&&... dependencies) {
    detail::require_message<First>();
    detail::require_distinct<Transient...>();
    detail::require_lasting<Transient...>();
    return async_handle_kept<detail::kept_envelope<First>, sizeof...(Transient)>(
        detail::keep_envelope(std::forward<First>(first)), transaction,
        {detail::transient_of(dependencies)...});
  }

  /// Begins a transaction, handles the message in it, and commits: what most callers want. When it
  /// returns, state and messages have been kept. An adapter may run the handlers on the thread of
  /// another caller (`unit_of_work::run_and_commit`). What fails is tried again as often as the
  /// `retry` of the unit of work says, by default not at all. Errors: those of `handle` and
  /// `commit`. Blocking.
  template <class First, class... Transient>
  auto execute(unit_of_work<Ports>& unit_of_work, First&& first, Transient&&... dependencies) {
    detail::require_message<First>();
    detail::require_distinct<Transient...>();
    auto&& kept = detail::keep_envelope(std::forward<First>(first));
    const transients<sizeof...(Transient)> given{detail::transient_of(dependencies)...};
    return execute_kept(unit_of_work, kept, given);
  }

  /// `execute` for coroutines. Unit of work and dependencies outlive the task.
  template <class First, class... Transient>
  auto async_execute(unit_of_work<Ports>& unit_of_work, First&& first,
                     Transient&&... dependencies) {
    detail::require_message<First>();
    detail::require_distinct<Transient...>();
    detail::require_lasting<Transient...>();
    return async_execute_kept<detail::kept_envelope<First>, sizeof...(Transient)>(
        unit_of_work, detail::keep_envelope(std::forward<First>(first)),
        {detail::transient_of(dependencies)...});
  }

 private:
  // An optional of something, also where there is no result.
  template <message M>
  using kept_result = std::conditional_t<std::is_void_v<result_of<M>>, std::byte, result_of<M>>;

  template <std::size_t Count>
  using transients = std::array<detail::transient_dependency, Count>;

  template <message M>
  result_of<M> handle_kept(envelope<M>& first, transaction<Ports>& transaction,
                           std::span<const detail::transient_dependency> given) {
    registered_.serve();
    detail::dispatch dispatch(registered_, transaction, given);
    std::optional<kept_result<M>> result;
    dispatch.start(first, &result);
    dispatch.run();
    if constexpr (!std::is_void_v<result_of<M>>) return std::move(*result);
  }

  template <class Kept, std::size_t Count>
  task<result_of<detail::handed_in<Kept>>> async_handle_kept(Kept first,
                                                             transaction<Ports>& transaction,
                                                             transients<Count> given) {
    using M = detail::handed_in<Kept>;
    registered_.serve();
    detail::dispatch dispatch(registered_, transaction, given);
    std::optional<kept_result<M>> result;
    dispatch.start(first, &result);
    while (task<> waiting = dispatch.advance()) co_await std::move(waiting);
    if constexpr (!std::is_void_v<result_of<M>>) co_return std::move(*result);
  }

  template <message M>
  result_of<M> execute_kept(unit_of_work<Ports>& unit_of_work, envelope<M>& first,
                            std::span<const detail::transient_dependency> given) {
    std::optional<kept_result<M>> result;
    auto body = [&](transaction<Ports>& transaction) {
      if constexpr (std::is_void_v<result_of<M>>) {
        handle_kept(first, transaction, given);
      } else {
        result.emplace(handle_kept(first, transaction, given));
      }
    };
    const transaction_body<Ports> attempt(body);
    if (unit_of_work.options().retry.attempts_max <= 1) {
      unit_of_work.run_and_commit(attempt);
    } else {
      const auto run = [&]() -> task<> {
        unit_of_work.run_and_commit(attempt);
        return {};
      };
      detail::execution_with_result execution(run, result);
      sync_wait(detail::run_attempts(unit_of_work, first.header, execution));
    }
    if constexpr (!std::is_void_v<result_of<M>>) return std::move(*result);
  }

  template <class Kept, std::size_t Count>
  task<result_of<detail::handed_in<Kept>>> async_execute_kept(unit_of_work<Ports>& unit_of_work,
                                                              Kept first, transients<Count> given) {
    using M = detail::handed_in<Kept>;
    std::optional<kept_result<M>> result;
    const auto attempt = [&]() -> task<> {
      return unit_of_work.async_transact([&](transaction<Ports>& transaction) -> task<> {
        if constexpr (std::is_void_v<result_of<M>>) {
          co_await async_handle_kept<envelope<M>&, Count>(first, transaction, given);
        } else {
          result.emplace(
              co_await async_handle_kept<envelope<M>&, Count>(first, transaction, given));
        }
        co_await transaction.async_commit();
      });
    };
    if (unit_of_work.options().retry.attempts_max <= 1) {
      co_await attempt();
    } else {
      detail::execution_with_result execution(attempt, result);
      co_await detail::run_attempts(unit_of_work, first.header, execution);
    }
    if constexpr (!std::is_void_v<result_of<M>>) co_return std::move(*result);
  }

  template <class Callable>
  static consteval void require_same_ports() {
    static_assert(std::is_same_v<typename detail::handler_traits<Callable>::ports, Ports>,
                  "the handler takes a transaction of other ports than those of this bus");
  }

  detail::registrations registered_;
};

}  // namespace messagebus
