#pragma once

#include <coroutine>
#include <cstddef>
#include <memory>
#include <messagebus/async/task.hpp>
#include <messagebus/domain/message_type.hpp>
#include <messagebus/service/dependencies.hpp>
#include <messagebus/service/handler_traits.hpp>
#include <messagebus/service/transaction.hpp>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace messagebus {

/// Names one registration of a handler, to remove it.
struct handler_id {
  std::size_t value = 0;
};

namespace detail {

/// What an invoked handler leaves to be awaited, a released task: null after a plain handler.
/// Trivial, so that it comes back in a register.
using handler_remainder = std::coroutine_handle<task<>::promise_type>;

/// One handler, its type erased. A plain handler is called and done, and no coroutine frame is
/// made. The transaction is one of the ports that `ports` names.
struct handler_entry {
  using invoke_function = handler_remainder (*)(const void* callable, const void* envelope,
                                                transaction_base& transaction,
                                                dependency_scope& dependencies, void* result);
  /// The shorter way into a plain function that returns nothing and asks for no dependencies.
  using call_function = void (*)(const void* envelope, transaction_base& transaction);

  invoke_function invoke;
  call_function call;
  const void* callable;
  const message_type* type;
  const void* ports;
  /// The address of the function, when the handler is one; `remove` finds it by that.
  const void* function;
  std::shared_ptr<const void> owned_callable;
  handler_id id;
};

template <class Result, class Returned>
task<> keep_result(task<Returned> work, std::optional<Result>* into) {
  into->emplace(co_await std::move(work));
}

template <class Returned>
task<> drop_result(task<Returned> work) {
  static_cast<void>(co_await std::move(work));
}

template <class Callable>
struct handler_invoker {
  using traits = handler_traits<Callable>;
  using M = typename traits::message;
  using result_type = result_of<M>;
  using transaction_type = transaction<typename traits::ports>;

  template <class... Dependency>
  static decltype(auto) call(const Callable& callable, const void* envelope_pointer,
                             transaction_base& transaction, Dependency... dependencies) {
    const auto& received = *static_cast<const envelope<M>*>(envelope_pointer);
    auto& typed = static_cast<transaction_type&>(transaction);
    if constexpr (traits::wants_envelope) {
      return callable(received, typed, static_cast<Dependency>(dependencies)...);
    } else {
      return callable(received.content, typed, static_cast<Dependency>(dependencies)...);
    }
  }

  /// Keeps the result where somebody waits for it, and what is left to be awaited.
  template <class... Dependency>
  static handler_remainder finish(const Callable& callable, const void* envelope,
                                  transaction_base& transaction, void* result,
                                  Dependency... dependencies) {
    const auto called = [&]() -> decltype(auto) {
      return call<Dependency...>(callable, envelope, transaction, dependencies...);
    };
    auto* const into = static_cast<std::optional<result_type>*>(result);
    if constexpr (!traits::is_coroutine) {
      if constexpr (!std::is_void_v<result_type>) {
        if (into != nullptr) {
          into->emplace(called());
          return nullptr;
        }
      }
      static_cast<void>(called());
      return nullptr;
    } else if constexpr (std::is_void_v<typename traits::result>) {
      return called().release();
    } else {
      if constexpr (!std::is_void_v<result_type>) {
        if (into != nullptr) return keep_result(called(), into).release();
      }
      return drop_result(called()).release();
    }
  }

  template <class... Parameters>
  static handler_remainder invoke(const Callable& callable, const void* envelope,
                                  transaction_base& transaction, dependency_scope& dependencies,
                                  void* result, type_list<Parameters...> /*dependencies*/) {
    const message_type& type = message_type_of<M>;
    if constexpr (sizeof...(Parameters) < 2) {
      return finish<Parameters...>(callable, envelope, transaction, result,
                                   dependencies.resolve<Parameters>(type)...);
    } else {
      // In order, because in this order they hear of the end of the transaction.
      const std::tuple<Parameters...> resolved{dependencies.resolve<Parameters>(type)...};
      return std::apply(
          [&](Parameters... parameters) {
            return finish<Parameters...>(callable, envelope, transaction, result, parameters...);
          },
          resolved);
    }
  }
};

template <class Callable>
handler_remainder invoke_object(const void* callable, const void* envelope,
                                transaction_base& transaction, dependency_scope& dependencies,
                                void* result) {
  return handler_invoker<Callable>::invoke(*static_cast<const Callable*>(callable), envelope,
                                           transaction, dependencies, result,
                                           typename handler_traits<Callable>::dependencies{});
}

template <auto Function>
handler_remainder invoke_function(const void* /*callable*/, const void* envelope,
                                  transaction_base& transaction, dependency_scope& dependencies,
                                  void* result) {
  using callable = decltype(Function);
  return handler_invoker<callable>::invoke(Function, envelope, transaction, dependencies, result,
                                           typename handler_traits<callable>::dependencies{});
}

template <auto Function>
void call_function(const void* envelope, transaction_base& transaction) {
  handler_invoker<decltype(Function)>::template call<>(Function, envelope, transaction);
}

template <class Callable>
inline constexpr bool is_plainly_callable =
    !handler_traits<Callable>::is_coroutine &&
    std::is_void_v<result_of<typename handler_traits<Callable>::message>> &&
    std::is_same_v<typename handler_traits<Callable>::dependencies, type_list<>>;

/// A function, or a lambda without captures, that is named at compile time: one indirection less
/// for each call.
template <auto Function>
handler_entry entry_of_function() {
  using traits = handler_traits<decltype(Function)>;
  const void* function = nullptr;
  if constexpr (std::is_pointer_v<decltype(Function)>) {
    function = reinterpret_cast<const void*>(Function);
  }
  handler_entry::call_function call = nullptr;
  if constexpr (is_plainly_callable<decltype(Function)>) call = &call_function<Function>;
  return {.invoke = &invoke_function<Function>,
          .call = call,
          .callable = nullptr,
          .type = &message_type_of<typename traits::message>,
          .ports = &type_key<typename traits::ports>,
          .function = function,
          .owned_callable = nullptr,
          .id = {}};
}

[[noreturn]] void throw_no_function();

/// A function or an object that is known at run time. Errors: `configuration_error` for a null
/// pointer.
template <class Callable>
handler_entry entry_of(Callable handler) {
  using traits = handler_traits<Callable>;
  const void* function = nullptr;
  if constexpr (std::is_pointer_v<Callable>) {
    if (handler == nullptr) throw_no_function();
    function = reinterpret_cast<const void*>(handler);
  }
  auto kept = std::make_shared<const Callable>(std::move(handler));
  const void* const callable = kept.get();
  return {.invoke = &invoke_object<Callable>,
          .call = nullptr,
          .callable = callable,
          .type = &message_type_of<typename traits::message>,
          .ports = &type_key<typename traits::ports>,
          .function = function,
          .owned_callable = std::move(kept),
          .id = {}};
}

}  // namespace detail

}  // namespace messagebus
