#pragma once

#include <coroutine>
#include <cstddef>
#include <memory>
#include <messagebus/domain/error.hpp>
#include <messagebus/domain/message_type.hpp>
#include <messagebus/service/dependencies.hpp>
#include <messagebus/service/handler_traits.hpp>
#include <messagebus/service/transaction.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

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
/// made.
template <class Ports>
struct handler_entry {
  using invoke_function = handler_remainder (*)(const void* callable, const void* envelope,
                                                transaction<Ports>& transaction,
                                                dependency_scope& dependencies, void* result);
  /// For a plain function of an event that asks for no dependencies, the shorter way: one jump.
  using call_function = void (*)(const void* envelope, transaction<Ports>& transaction);

  invoke_function invoke;
  call_function call;
  const void* callable;
  const message_type* type;
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

template <class Ports, class Callable>
struct handler_invoker {
  using traits = handler_traits<Callable>;
  using M = typename traits::message;
  using result_type = result_of<M>;

  template <class Call>
  static handler_remainder finish(const Call& call, void* result) {
    using returned = typename traits::result;
    if constexpr (!traits::is_coroutine) {
      if constexpr (std::is_void_v<result_type>) {
        static_cast<void>(call());
      } else {
        if (result != nullptr) {
          static_cast<std::optional<result_type>*>(result)->emplace(call());
        } else {
          static_cast<void>(call());
        }
      }
      return nullptr;
    } else if constexpr (std::is_void_v<returned>) {
      return call().release();
    } else if constexpr (std::is_void_v<result_type>) {
      return drop_result(call()).release();
    } else {
      if (result == nullptr) return drop_result(call()).release();
      return keep_result(call(), static_cast<std::optional<result_type>*>(result)).release();
    }
  }

  template <class... Parameters>
  static handler_remainder call(const Callable& callable, const void* envelope_pointer,
                                transaction<Ports>& transaction, dependency_scope& dependencies,
                                void* result, type_list<Parameters...> /*dependencies*/) {
    const auto& received = *static_cast<const envelope<M>*>(envelope_pointer);
    // All are resolved before the handler runs: a missing one is found before it has done anything.
    const std::tuple<Parameters...> resolved{
        dependencies.resolve<Parameters>(message_type_of<M>)...};
    return std::apply(
        [&](Parameters... parameters) {
          return finish(
              [&]() -> decltype(auto) {
                if constexpr (traits::wants_envelope) {
                  return callable(received, transaction, parameters...);
                } else {
                  return callable(received.content, transaction, parameters...);
                }
              },
              result);
        },
        resolved);
  }
};

template <class Ports, class Callable>
handler_remainder invoke_object(const void* callable, const void* envelope,
                                transaction<Ports>& transaction, dependency_scope& dependencies,
                                void* result) {
  return handler_invoker<Ports, Callable>::call(*static_cast<const Callable*>(callable), envelope,
                                                transaction, dependencies, result,
                                                typename handler_traits<Callable>::dependencies{});
}

template <class Ports, auto Function>
handler_remainder invoke_function(const void* /*callable*/, const void* envelope,
                                  transaction<Ports>& transaction, dependency_scope& dependencies,
                                  void* result) {
  using callable = decltype(Function);
  return handler_invoker<Ports, callable>::call(Function, envelope, transaction, dependencies,
                                                result,
                                                typename handler_traits<callable>::dependencies{});
}

template <class Ports, auto Function>
void call_function(const void* envelope_pointer, transaction<Ports>& transaction) {
  using traits = handler_traits<decltype(Function)>;
  const auto& received = *static_cast<const envelope<typename traits::message>*>(envelope_pointer);
  if constexpr (traits::wants_envelope) {
    Function(received, transaction);
  } else {
    Function(received.content, transaction);
  }
}

/// `call_function` where it does, otherwise null.
template <class Ports, auto Function>
constexpr typename handler_entry<Ports>::call_function call_function_of() {
  using traits = handler_traits<decltype(Function)>;
  if constexpr (!traits::is_coroutine && std::is_void_v<result_of<typename traits::message>> &&
                std::is_same_v<typename traits::dependencies, type_list<>>) {
    return &call_function<Ports, Function>;
  } else {
    return nullptr;
  }
}

/// All handlers of a bus, found by the index of the message type.
template <class Ports>
class handler_table {
 public:
  using entry = handler_entry<Ports>;

  std::span<const entry> handlers_of(const message_type& type) const noexcept {
    const std::size_t index = type.index.load(std::memory_order_relaxed);
    return index < looked_up_.size() ? looked_up_[index] : std::span<const entry>();
  }

  /// Errors: `configuration_error` when a command has a handler already (B1).
  handler_id add(entry added) {
    const std::size_t index = assign_index(*added.type);
    if (by_type_.size() <= index) by_type_.resize(index + 1);
    auto& entries = by_type_[index];
    if (added.type->kind == message_kind::command && !entries.empty()) {
      throw configuration_error(describe(*added.type) +
                                " has a handler already, and a command has one: remove the first");
    }
    added.id = handler_id{++last_id_};
    entries.push_back(std::move(added));
    const handler_id id = entries.back().id;
    renew_look_up();
    return id;
  }

  /// Removes the first registration of which `matches` is true; false when there is none.
  template <class Predicate>
  bool remove_if(const Predicate& matches) {
    for (auto& entries : by_type_) {
      for (auto at = entries.begin(); at != entries.end(); ++at) {
        if (!matches(*at)) continue;
        entries.erase(at);
        renew_look_up();
        return true;
      }
    }
    return false;
  }

  static std::string describe(const message_type& type) {
    return (type.kind == message_kind::command ? "the command " : "the event ") +
           std::string(type.name) + " v" + std::to_string(type.schema_version);
  }

 private:
  void renew_look_up() { looked_up_.assign(by_type_.begin(), by_type_.end()); }

  std::vector<std::vector<entry>> by_type_;
  std::vector<std::span<const entry>> looked_up_;  // the same, one step nearer
  std::size_t last_id_ = 0;
};

}  // namespace detail

}  // namespace messagebus
