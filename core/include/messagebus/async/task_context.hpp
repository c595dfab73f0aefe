#pragma once

#include <coroutine>
#include <stop_token>
#include <utility>

namespace messagebus {

/// Who runs a task without being blocked by it: one operation on an event loop. A task hands it to
/// every task that it awaits, so that what suspends them knows where they go on, and when they are
/// not wanted any more. Under `sync_wait` there is none.
class task_context {
 public:
  task_context(const task_context&) = delete;
  task_context& operator=(const task_context&) = delete;

  /// Lets a coroutine of the task go on, on the executor of whoever started it; once for each time
  /// it was suspended. Thread safety: any thread.
  virtual void resume(std::coroutine_handle<> suspended) = 0;

  /// What a coroutine of the task waits for will never happen, because the event loop is being
  /// destroyed: destroys the task, and this object with it.
  virtual void abandon() noexcept = 0;

  /// Whether the task is still wanted. A wait that is stopped ends with `errc::cancelled`.
  const std::stop_token& stop() const noexcept { return stop_; }

 protected:
  explicit task_context(std::stop_token stop) noexcept : stop_(std::move(stop)) {}
  ~task_context() = default;

 private:
  std::stop_token stop_;
};

}  // namespace messagebus
