#pragma once

#include <atomic>
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <messagebus/async/frame_pool.hpp>
#include <messagebus/async/keep_out_of_coroutine.hpp>
#include <messagebus/async/task_context.hpp>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace messagebus {

template <class T>
class task;

namespace detail {

[[noreturn]] void throw_empty_task();

/// The part of a promise that does not depend on the result: who waits, and the error.
///
/// Starting is a plain call of `resume`, and whoever started looks afterwards whether the coroutine
/// has ended; when it has, nobody is suspended at all. Symmetric transfer would be shorter, but
/// without optimisation GCC 12 makes no tail call of it, and a long loop of awaits that never wait
/// overflows the stack.
class task_promise_base {
 public:
  static void* operator new(std::size_t bytes) { return frame_pool::allocate(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept {
    frame_pool::free(frame, bytes);
  }

  std::suspend_always initial_suspend() const noexcept { return {}; }

  struct final_awaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    MESSAGEBUS_KEEP_OUT_OF_COROUTINE void await_suspend(
        std::coroutine_handle<Promise> ended) const noexcept {
      ended.promise().announce_end();
    }
    void await_resume() const noexcept {}
  };
  final_awaiter final_suspend() const noexcept { return {}; }

  void unhandled_exception() noexcept { error_ = std::current_exception(); }

  using on_end = void (*)(void* waiter) noexcept;

  /// Runs until the end or the first wait. True: it has ended. False: `tell(waiter)` will be called
  /// when it does, on the thread that ends it.
  bool start(std::coroutine_handle<> self, on_end tell, void* waiter) {
    starter_.store(&this_thread, std::memory_order_relaxed);
    self.resume();
    if (phase_.load(std::memory_order_acquire) == phase::ended) return true;
    starter_.store(nullptr, std::memory_order_relaxed);
    tell_ = tell;
    waiter_ = waiter;
    return phase_.exchange(phase::awaited, std::memory_order_acq_rel) == phase::ended;
  }

  void rethrow_error() const {
    if (error_) [[unlikely]]
      std::rethrow_exception(error_);
  }

  /// Who runs the task that this coroutine belongs to; null where a thread waits for it.
  task_context* context() const noexcept { return context_; }
  void run_in(task_context* context) noexcept { context_ = context; }
  void inherit(const task_promise_base& awaiting) noexcept {
    context_ = awaiting.context_;
    is_shielded_ = is_shielded_ || awaiting.is_shielded_;
  }

  /// Asks to end a wait early; it never does where the task is shielded.
  std::stop_token stop() const noexcept {
    return context_ == nullptr || is_shielded_ ? std::stop_token() : context_->stop();
  }
  void shield() noexcept { is_shielded_ = true; }

 private:
  enum class phase : unsigned char { running, awaited, ended };

  void announce_end() noexcept {
    // Still within `start`, on its thread: nobody else looks, and an atomic exchange is saved.
    if (starter_.load(std::memory_order_relaxed) == &this_thread) {
      phase_.store(phase::ended, std::memory_order_relaxed);
      return;
    }
    // When nobody awaits yet, the frame may be gone after the exchange: whoever started owns it.
    if (phase_.exchange(phase::ended, std::memory_order_acq_rel) == phase::awaited) tell_(waiter_);
  }

  // Its address names a thread.
  static constinit inline thread_local char this_thread = 0;

  on_end tell_;  // these two are set before the phase becomes awaited
  void* waiter_;
  std::exception_ptr error_;
  std::atomic<const void*> starter_{nullptr};
  std::atomic<phase> phase_{phase::running};
  bool is_shielded_ = false;
  task_context* context_ = nullptr;
};

template <class T>
class task_promise final : public task_promise_base {
 public:
  task<T> get_return_object() noexcept;

  // The default lets `co_return {…}` stand.
  template <std::convertible_to<T> Value = T>
  void return_value(Value&& value) {
    value_.emplace(std::forward<Value>(value));
  }

  T take() {
    rethrow_error();
    return std::move(*value_);
  }

 private:
  std::optional<T> value_;
};

template <>
class task_promise<void> final : public task_promise_base {
 public:
  task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take() const { rethrow_error(); }
};

}  // namespace detail

/// The result of a coroutine that starts when it is awaited. Whoever holds the task owns the
/// coroutine; dropping a task that was not awaited runs nothing, and dropping one that waits
/// destroys what it holds (whoever would have woken it must be told first). Await it once.
///
/// After a wait a coroutine goes on on the thread that ended the wait, and whoever awaits it goes
/// on there too; but when it has ended before its `co_await` had returned to the thread that
/// awaited, the latter goes on on its own thread.
///
/// An empty `task<>` has ended already: a function that has nothing to wait for returns `{}` and
/// makes no coroutine. Errors: awaiting an empty task of any other type is a `usage_error`.
template <class T = void>
class [[nodiscard]] task {
 public:
  using promise_type = detail::task_promise<T>;
  using value_type = T;

  /// Empty: there is nothing to wait for.
  task() noexcept = default;
  task(task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  task& operator=(task&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~task() {
    if (frame_) frame_.destroy();
  }

  explicit operator bool() const noexcept { return static_cast<bool>(frame_); }

  auto operator co_await() && noexcept { return awaiter{frame_}; }

  /// For edges that are no coroutines (`sync_wait`, event loops): runs the task until its end or
  /// its first wait. True: it has ended and `take` may be called. False: `tell(waiter)` will be
  /// called. `context` outlives the task; null where the thread itself waits.
  [[nodiscard]] bool start(detail::task_promise_base::on_end tell, void* waiter,
                           task_context* context = nullptr) {
    if (!frame_) return true;
    frame_.promise().run_in(context);
    return frame_.promise().start(frame_, tell, waiter);
  }

  /// Lets nothing that the task waits for be ended early by a stop of its context: for what must
  /// not be left half done, such as a commit. Call it before the task is awaited.
  void shield() noexcept {
    if (frame_) frame_.promise().shield();
  }

  /// The result, or its error thrown. Precondition: the task has ended; call it once.
  T take() { return take_from(frame_); }

  /// Hands the coroutine over to whoever calls `adopt` with it; null for an empty task.
  [[nodiscard]] std::coroutine_handle<promise_type> release() noexcept {
    return std::exchange(frame_, nullptr);
  }
  static task adopt(std::coroutine_handle<promise_type> released) noexcept {
    return task(released);
  }

 private:
  friend promise_type;

  struct awaiter {
    std::coroutine_handle<promise_type> frame;

    bool await_ready() const noexcept { return !frame; }
    template <class Promise>
    MESSAGEBUS_KEEP_OUT_OF_COROUTINE bool await_suspend(
        std::coroutine_handle<Promise> waiter) const {
      if constexpr (std::derived_from<Promise, detail::task_promise_base>) {
        frame.promise().inherit(waiter.promise());
      }
      return !frame.promise().start(frame, &resume, waiter.address());
    }
    T await_resume() const { return take_from(frame); }

    static void resume(void* address) noexcept {
      std::coroutine_handle<>::from_address(address).resume();
    }
  };

  static T take_from(std::coroutine_handle<promise_type> frame) {
    if (!frame) {
      if constexpr (std::is_void_v<T>) {
        return;
      } else {
        detail::throw_empty_task();
      }
    }
    return frame.promise().take();
  }

  explicit task(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}

  std::coroutine_handle<promise_type> frame_;
};

namespace detail {

template <class T>
task<T> task_promise<T>::get_return_object() noexcept {
  return task<T>(std::coroutine_handle<task_promise>::from_promise(*this));
}

inline task<void> task_promise<void>::get_return_object() noexcept {
  return task<void>(std::coroutine_handle<task_promise>::from_promise(*this));
}

template <class T>
inline constexpr bool is_task = false;
template <class T>
inline constexpr bool is_task<task<T>> = true;

/// What a coroutine of another library returns. Nobody here would await it, and what waits for that
/// to begin would never run.
template <class Returned>
inline constexpr bool is_of_another_coroutine =
    !is_task<Returned> && requires { typename std::coroutine_traits<Returned>::promise_type; };

}  // namespace detail

}  // namespace messagebus
