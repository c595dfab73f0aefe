#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <messagebus/service/dispatch.hpp>
#include <messagebus/service/handed_in.hpp>
#include <messagebus/service/handler_modules.hpp>
#include <messagebus/service/handler_table.hpp>
#include <messagebus/service/handlers.hpp>
#include <messagebus/service/unit_of_work.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
  /// command (B1), and when the bus serves already.
  template <class Callable>
  handler_id on(Callable handler) {
    const void* function = nullptr;
    if constexpr (std::is_pointer_v<Callable>) function = address_of(handler);
    auto kept = std::make_shared<const Callable>(std::move(handler));
    const void* callable = kept.get();
    return add<Callable>(&detail::invoke_object<Ports, Callable>, nullptr, callable, function,
                         std::move(kept));
  }

  /// Registers a function that is named at compile time, `on<&on_register_book>()`: one indirection
  /// less for each call.
  template <auto Function>
  handler_id on() {
    return add<decltype(Function)>(&detail::invoke_function<Ports, Function>,
                                   detail::call_function_of<Ports, Function>(), nullptr,
                                   address_of(Function), nullptr);
  }

  /// Takes one registration away (B2). Errors: `configuration_error` when there is none, and when
  /// the bus serves already.
  void remove(handler_id id) {
    remove_one([&](const auto& entry) { return entry.id.value == id.value; });
  }
  template <class Returned, class... Parameters>
  void remove(Returned (*function)(Parameters...)) {
    remove_one([&](const auto& entry) { return entry.function == address_of(function); });
  }

  /// Lets the bus make a dependency, anew for every `handle` that needs it (D1). `Interface` is
  /// what handlers ask for.
  template <class Interface, class Implementation = Interface>
  bus& provide() {
    return add_provider<Interface>([] { return Implementation(); });
  }
  /// The same by a factory, which returns the dependency or a pointer that owns it.
  template <class Interface = void, class Factory>
  bus& provide(Factory factory) {
    if constexpr (std::is_void_v<Interface>) {
      using made = std::invoke_result_t<const Factory&>;
      return add_provider<typename detail::made_by<made>::type>(std::move(factory));
    } else {
      return add_provider<Interface>(std::move(factory));
    }
  }

  /// Registers all handlers that were announced by MESSAGEBUS_HANDLER in these modules and below
  /// them (B9), by the names of module and file, and in a file as they stand there. Errors: one
  /// `configuration_error` that tells all: modules without handlers, commands with two.
  template <class... Modules>
  void scan(const Modules&... modules) {
    scan_all({std::string_view(modules)...});
  }

  /// Handles a message and all messages that its handlers raise (B4), and returns what the handler
  /// of the command returned (B3). A message that has a header already comes in an `envelope`; what
  /// is missing in it (a nil id, no time, a nil correlation id) is filled in. Dependencies handed
  /// in win over those of the bus (D2); they are lent until the transaction ends. Errors: those of
  /// the handlers; `no_handler_error`; `missing_dependency_error`; `transaction_error` when the
  /// transaction is not running, or handles another message. Blocking as far as handlers block.
  template <class First, class... Transient>
  auto handle(First&& first, transaction<Ports>& transaction, Transient&&... dependencies) {
    detail::require_message<First>();
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
    detail::require_lasting<Transient...>();
    return async_handle_kept<detail::kept_envelope<First>, sizeof...(Transient)>(
        detail::keep_envelope(std::forward<First>(first)), transaction,
        {detail::transient_of(dependencies)...});
  }

  /// Begins a transaction, handles the message in it, and commits: what most callers want. When it
  /// returns, state and messages have been kept. Errors: those of `handle` and `commit`. Blocking.
  template <class First, class... Transient>
  auto execute(unit_of_work<Ports>& unit_of_work, First&& first, Transient&&... dependencies) {
    detail::require_message<First>();
    auto&& kept = detail::keep_envelope(std::forward<First>(first));
    const transients<sizeof...(Transient)> given{detail::transient_of(dependencies)...};
    return execute_kept(unit_of_work, kept, given);
  }

  /// `execute` for coroutines. Unit of work and dependencies outlive the task.
  template <class First, class... Transient>
  auto async_execute(unit_of_work<Ports>& unit_of_work, First&& first,
                     Transient&&... dependencies) {
    detail::require_message<First>();
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
    detail::dispatch<Ports> dispatch(serving_handlers(), transaction, providers_, given);
    std::optional<kept_result<M>> result;
    dispatch.start(first, &result);
    while (task<> waiting = dispatch.advance()) sync_wait(std::move(waiting));
    if constexpr (!std::is_void_v<result_of<M>>) return std::move(*result);
  }

  template <class Kept, std::size_t Count>
  task<result_of<detail::handed_in<Kept>>> async_handle_kept(Kept first,
                                                             transaction<Ports>& transaction,
                                                             transients<Count> given) {
    using M = detail::handed_in<Kept>;
    detail::dispatch<Ports> dispatch(serving_handlers(), transaction, providers_, given);
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
    unit_of_work.run_and_commit(transaction_body<Ports>(body));
    if constexpr (!std::is_void_v<result_of<M>>) return std::move(*result);
  }

  template <class Kept, std::size_t Count>
  task<result_of<detail::handed_in<Kept>>> async_execute_kept(unit_of_work<Ports>& unit_of_work,
                                                              Kept first, transients<Count> given) {
    using M = detail::handed_in<Kept>;
    co_return co_await unit_of_work.async_transact(
        [&](transaction<Ports>& transaction) -> task<result_of<M>> {
          if constexpr (std::is_void_v<result_of<M>>) {
            co_await async_handle_kept<envelope<M>&, Count>(first, transaction, given);
            co_await transaction.async_commit();
          } else {
            auto result =
                co_await async_handle_kept<envelope<M>&, Count>(first, transaction, given);
            co_await transaction.async_commit();
            co_return result;
          }
        });
  }

  template <class Function>
  static const void* address_of(Function* function) noexcept {
    return reinterpret_cast<const void*>(function);
  }

  const detail::handler_table<Ports>& serving_handlers() {
    if (!serves_.load(std::memory_order_relaxed)) serves_.store(true, std::memory_order_relaxed);
    return handlers_;
  }

  void require_registering() const {
    if (!serves_.load(std::memory_order_relaxed)) return;
    throw configuration_error(
        "this bus has handled a message already, and registration ends before serving starts: "
        "register and remove handlers and dependencies first");
  }

  template <class Callable>
  handler_id add(typename detail::handler_entry<Ports>::invoke_function invoke,
                 typename detail::handler_entry<Ports>::call_function call, const void* callable,
                 const void* function, std::shared_ptr<const void>&& owned_callable) {
    using traits = detail::handler_traits<Callable>;
    static_assert(std::is_same_v<typename traits::ports, Ports>,
                  "the handler takes a transaction of other ports than those of this bus");
    require_registering();
    return handlers_.add({.invoke = invoke,
                          .call = call,
                          .callable = callable,
                          .type = &message_type_of<typename traits::message>,
                          .function = function,
                          .owned_callable = std::move(owned_callable),
                          .id = {}});
  }

  template <class Predicate>
  void remove_one(const Predicate& matches) {
    require_registering();
    if (handlers_.remove_if(matches)) return;
    throw configuration_error("the handler to be removed is not registered with this bus");
  }

  template <class Interface, class Factory>
  bus& add_provider(Factory factory) {
    require_registering();
    detail::dependency_provider provider = detail::provider_of<Interface>(std::move(factory));
    for (const auto& known : providers_) {
      if (known.key != provider.key) continue;
      throw configuration_error("the bus has a provider of " + std::string(known.name) +
                                " already");
    }
    providers_.push_back(std::move(provider));
    return *this;
  }

  void scan_all(std::initializer_list<std::string_view> modules) {
    using module_handler = detail::module_handler<bus>;
    require_registering();
    std::string problems;
    std::vector<module_handler> found;
    for (const std::string_view module : modules) {
      bool any = false;
      for (const module_handler& announced : detail::module_handlers<bus>()) {
        if (!detail::is_in_module(announced.module, module)) continue;
        any = true;
        const bool known = std::any_of(found.begin(), found.end(), [&](const auto& earlier) {
          return earlier.add == announced.add;
        });
        if (!known) found.push_back(announced);
      }
      if (!any) problems += "\n  " + detail::nothing_in_module(module);
    }
    // Not the order in which they were announced, which across files is the linker's whim.
    std::sort(found.begin(), found.end());
    for (const module_handler& announced : found) {
      try {
        announced.add(*this);
      } catch (const configuration_error& error) {
        problems += "\n  " + std::string(announced.module) + ": " + error.what();
      }
    }
    if (!problems.empty()) throw configuration_error("scan found problems:" + problems);
  }

  detail::handler_table<Ports> handlers_;
  std::vector<detail::dependency_provider> providers_;
  std::atomic<bool> serves_{false};
};

namespace detail {

template <auto Function>
bool announce_handler(std::string_view module, std::string_view file, int line) {
  using bus_type =
      bus<typename handler_traits<decltype(Function)>::ports, registered_at_run_time{}>;
  module_handlers<bus_type>().push_back(
      {module, file, line, [](bus_type& bus) { bus.template on<Function>(); }});
  return true;
}

}  // namespace detail

}  // namespace messagebus
