#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>
#include <concepts>
#include <coroutine>
#include <exception>
#include <functional>
#include <messagebus/asio/detail/operation.hpp>
#include <messagebus/async/keep_out_of_coroutine.hpp>
#include <messagebus/async/task.hpp>
#include <messagebus/domain/error.hpp>
#include <optional>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <utility>

namespace messagebus::asio {

/// The completion token of coroutines of this library: `co_await timer.async_wait(use_task)` in a
/// handler. It gives what the operation gives, without the error code or exception before it, which
/// is thrown. The coroutine goes on on the executor that its task runs on, and so does an operation
/// of several steps; whoever cancels the task cancels the operation. Errors:
/// `boost::system::system_error`; what is thrown before the operation has begun; `usage_error`
/// where a thread waits for the task by blocking.
struct use_task_t {};
inline constexpr use_task_t use_task;

namespace detail {

[[noreturn]] inline void throw_no_event_loop() {
  throw usage_error(
      "an operation of Asio was awaited in a blocking call, where no event loop would go on with "
      "the coroutine: run the task by async_run, async_execute or async_handle");
}

inline void throw_failure(const boost::system::error_code& failed) {
  if (failed) throw boost::system::system_error(failed);
}
inline void throw_failure(const std::exception_ptr& failed) {
  if (failed) std::rethrow_exception(failed);
}

template <class First, class... Rest>
inline constexpr bool begins_with_error =
    std::is_same_v<First, boost::system::error_code> || std::is_same_v<First, std::exception_ptr>;

/// What an operation has given: nothing, a value, or several.
template <class... Values>
auto unpack(std::tuple<Values...> values) {
  if constexpr (sizeof...(Values) == 1) {
    return std::get<0>(std::move(values));
  } else if constexpr (sizeof...(Values) > 1) {
    return values;
  }
}

template <class First, class... Rest>
auto unpack_after_error(std::tuple<First, Rest...> values) {
  throw_failure(std::get<0>(values));
  return std::apply([](First& /*failed*/,
                       Rest&... rest) { return unpack(std::tuple<Rest...>(std::move(rest)...)); },
                    values);
}

/// What is filled in by the handler while the coroutine is suspended.
template <class... Arguments>
struct awaited_state {
  std::optional<std::tuple<Arguments...>> arguments;
  executor_context* context = nullptr;
  std::coroutine_handle<> suspended;
  boost::asio::cancellation_signal signal;
  /// Whoever comes second, the end of the initiation or that of the handler, decides how it goes
  /// on: until both have come, the coroutine is on its way to be suspended.
  std::atomic<bool> is_met = false;

  bool comes_second() noexcept { return is_met.exchange(true, std::memory_order_acq_rel); }
};

template <class... Arguments>
class awaited_handler {
 public:
  using cancellation_slot_type = boost::asio::cancellation_slot;
  using executor_type = boost::asio::any_io_executor;

  explicit awaited_handler(awaited_state<Arguments...>& of) noexcept : of_(&of) {}
  awaited_handler(awaited_handler&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
  awaited_handler& operator=(awaited_handler&&) = delete;
  ~awaited_handler() {
    if (of_ != nullptr && of_->comes_second()) of_->context->abandon();
  }

  cancellation_slot_type get_cancellation_slot() const noexcept { return of_->signal.slot(); }
  /// Where the task is cancelled as well: an operation of several steps takes the slot anew for
  /// each, and a slot is not for two threads at once.
  executor_type get_executor() const noexcept { return of_->context->executor(); }

  void operator()(Arguments... given) {
    auto& of = *std::exchange(of_, nullptr);
    of.arguments.emplace(std::move(given)...);
    if (of.comes_second()) of.context->resume(of.suspended);
  }

 private:
  awaited_state<Arguments...>* of_;
};

template <class Initiate, class... Arguments>
class awaited_operation {
 public:
  explicit awaited_operation(Initiate initiate) : initiate_(std::move(initiate)) {}

  bool await_ready() const noexcept { return false; }

  template <class Promise>
  MESSAGEBUS_KEEP_OUT_OF_COROUTINE bool await_suspend(std::coroutine_handle<Promise> waiter) {
    static_assert(std::derived_from<Promise, messagebus::detail::task_promise_base>,
                  "use_task is for coroutines that return messagebus::task");
    state_.context = dynamic_cast<executor_context*>(waiter.promise().context());
    if (state_.context == nullptr) throw_no_event_loop();
    state_.suspended = waiter;
    Initiate initiate(std::move(initiate_));
    if (const auto stop = waiter.promise().stop(); stop.stop_possible()) {
      if (stop.stop_requested())
        throw_failure(make_error_code(boost::asio::error::operation_aborted));
      on_cancel_.emplace(stop,
                         [this] { state_.signal.emit(boost::asio::cancellation_type::terminal); });
    }
    initiate(awaited_handler<Arguments...>(state_));
    // Nothing of this is touched when the operation may end on another thread from here on.
    if (!state_.comes_second()) return true;
    if (!state_.arguments) throw_failure(make_error_code(boost::asio::error::operation_aborted));
    return false;
  }

  auto await_resume() {
    on_cancel_.reset();
    if constexpr (sizeof...(Arguments) == 0) {
      return;
    } else if constexpr (begins_with_error<Arguments...>) {
      return unpack_after_error(std::move(*state_.arguments));
    } else {
      return unpack(std::move(*state_.arguments));
    }
  }

 private:
  Initiate initiate_;
  awaited_state<Arguments...> state_;
  std::optional<std::stop_callback<std::function<void()>>> on_cancel_;
};

}  // namespace detail

}  // namespace messagebus::asio

template <class... Arguments>
class boost::asio::async_result<messagebus::asio::use_task_t, void(Arguments...)> {
 public:
  template <class Initiation, class... Given>
  static auto initiate(Initiation&& initiation, messagebus::asio::use_task_t /*token*/,
                       Given&&... given) {
    auto begin = [initiation = std::forward<Initiation>(initiation),
                  kept = std::tuple<std::decay_t<Given>...>(std::forward<Given>(given)...)](
                     auto handler) mutable {
      std::apply(
          [&](auto&... each) { std::move(initiation)(std::move(handler), std::move(each)...); },
          kept);
    };
    return messagebus::asio::detail::awaited_operation<decltype(begin), std::decay_t<Arguments>...>(
        std::move(begin));
  }
};
