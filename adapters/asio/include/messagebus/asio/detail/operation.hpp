#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/defer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/system_executor.hpp>
#include <coroutine>
#include <exception>
#include <memory>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/async/task.hpp>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace messagebus::asio::detail {

/// A step of an operation that was handed to an executor. One that is destroyed without being run,
/// because its event loop is, takes the operation with it.
template <class Run>
class pending_step {
 public:
  pending_step(task_context& of, Run run) noexcept : of_(&of), run_(std::move(run)) {}
  pending_step(pending_step&& other) noexcept
      : of_(std::exchange(other.of_, nullptr)), run_(std::move(other.run_)) {}
  pending_step& operator=(pending_step&&) = delete;
  ~pending_step() {
    if (of_ != nullptr) of_->abandon();
  }

  void operator()() {
    of_ = nullptr;
    const event_loop_scope loop;
    run_();
  }

 private:
  task_context* of_;
  Run run_;
};

/// Who runs a task on an executor of Asio.
class executor_context : public task_context {
 public:
  virtual boost::asio::any_io_executor executor() const = 0;

 protected:
  using task_context::task_context;
  ~executor_context() = default;
};

/// One task that runs for a completion handler: on its executor, in memory of its allocator, and
/// until its cancellation slot asks to end it.
template <class T, class Handler>
class operation final : public executor_context {
 public:
  /// Runs the task up to its first wait where the caller is on the executor already.
  static void start(task<T> work, Handler handler) {
    const auto slot = boost::asio::get_associated_cancellation_slot(handler);
    std::stop_source source(std::nostopstate);
    if (slot.is_connected()) source = std::stop_source();
    allocator memory(boost::asio::get_associated_allocator(handler));
    operation* const made = std::allocator_traits<allocator>::allocate(memory, 1);
    try {
      new (made) operation(std::move(work), std::move(handler), source);
    } catch (...) {
      std::allocator_traits<allocator>::deallocate(memory, made, 1);
      throw;
    }
    try {
      if (slot.is_connected()) made->listen(source);
    } catch (...) {
      made->destroy();
      throw;
    }
    made->hand_over([made] { made->begin(); });
  }

  void resume(std::coroutine_handle<> suspended) override {
    hand_over([suspended] { suspended.resume(); });
  }

  void abandon() noexcept override { destroy(); }

  boost::asio::any_io_executor executor() const override {
    if constexpr (std::is_convertible_v<executor_type, boost::asio::any_io_executor>) {
      return work_guard_.get_executor();
    } else {
      return boost::asio::system_executor();  // wherever the operation has ended
    }
  }

 private:
  using executor_type = boost::asio::associated_executor_t<Handler>;
  using allocator = typename std::allocator_traits<
      boost::asio::associated_allocator_t<Handler>>::template rebind_alloc<operation>;

  operation(task<T> work, Handler handler, const std::stop_source& source)
      : executor_context(source.get_token()),
        handler_(std::move(handler)),
        work_guard_(boost::asio::get_associated_executor(handler_)),
        work_(std::move(work)) {}
  ~operation() = default;

  // Called on the executor, like everything of a slot.
  void listen(const std::stop_source& source) {
    boost::asio::get_associated_cancellation_slot(handler_).assign(
        [source](boost::asio::cancellation_type type) mutable {
          if (type != boost::asio::cancellation_type::none) source.request_stop();
        });
  }

  template <class Run>
  void hand_over(Run run) {
    boost::asio::dispatch(work_guard_.get_executor(), pending_step<Run>(*this, std::move(run)));
  }

  void begin() {
    if (work_.start(&operation::tell_ended, this, this)) finish_later();
  }

  static void tell_ended(void* self) noexcept { static_cast<operation*>(self)->finish_later(); }

  // Not at once: whoever started it has not returned yet, perhaps, or the coroutine is being left,
  // and what the handler throws could not pass by it.
  void finish_later() {
    const auto finish_now = [this] { finish(); };
    boost::asio::defer(work_guard_.get_executor(),
                       pending_step<decltype(finish_now)>(*this, finish_now));
  }

  void finish() {
    std::exception_ptr failed;
    if constexpr (std::is_void_v<T>) {
      try {
        work_.take();
      } catch (...) {
        failed = std::current_exception();
      }
      Handler handler = give_up();
      std::move(handler)(failed);
    } else {
      std::optional<T> result;
      try {
        result.emplace(work_.take());
      } catch (...) {
        failed = std::current_exception();
      }
      Handler handler = give_up();
      std::move(handler)(failed, failed ? T() : std::move(*result));
    }
  }

  // The memory is free before the handler runs, which may need as much for what it starts.
  Handler give_up() {
    auto slot = boost::asio::get_associated_cancellation_slot(handler_);
    if (slot.is_connected()) slot.clear();
    Handler handler(std::move(handler_));
    destroy_with(allocator(boost::asio::get_associated_allocator(handler)));
    return handler;
  }

  void destroy() noexcept {
    destroy_with(allocator(boost::asio::get_associated_allocator(handler_)));
  }

  void destroy_with(allocator memory) noexcept {
    this->~operation();
    std::allocator_traits<allocator>::deallocate(memory, this, 1);
  }

  Handler handler_;
  boost::asio::executor_work_guard<executor_type> work_guard_;
  task<T> work_;  // last, so that it goes first
};

/// Called by Asio with the handler that a completion token stands for.
struct initiate_task {
  template <class Handler, class T>
  void operator()(Handler&& handler, task<T> work) const {
    operation<T, std::decay_t<Handler>>::start(std::move(work), std::forward<Handler>(handler));
  }
};

template <class T>
struct signature_of {
  static_assert(
      std::is_default_constructible_v<T>,
      "what an asynchronous operation gives is default constructible: after an error, its "
      "completion handler is given one as well");
  using type = void(std::exception_ptr, T);
};
template <>
struct signature_of<void> {
  using type = void(std::exception_ptr);
};

}  // namespace messagebus::asio::detail
