#pragma once

#include <messagebus/async/task.hpp>
#include <type_traits>
#include <utility>

namespace messagebus {

/// While one lives, its thread is known to run an event loop, and `sync_wait` on it is refused.
class event_loop_scope {
 public:
  [[nodiscard]] event_loop_scope() noexcept;
  event_loop_scope(const event_loop_scope&) = delete;
  event_loop_scope& operator=(const event_loop_scope&) = delete;
  ~event_loop_scope();
};

namespace detail {

/// False on a thread that runs an event loop.
bool may_block() noexcept;

/// Throws `usage_error` on a thread that runs an event loop.
void refuse_to_block_an_event_loop();

/// Blocks until the task has ended. `start(started, tell, waiter)` is the task's.
void wait_until_ended(bool (*start)(void* started, task_promise_base::on_end tell, void* waiter),
                      void* started);

}  // namespace detail

/// Runs a task and blocks until it has ended: the edge between coroutines and ordinary functions.
/// A task that never waits runs on this thread from start to end, and nothing is locked. Errors:
/// those of the task; `usage_error` on the thread of an event loop, which would wait for itself.
template <class T>
T sync_wait(task<T> work) {
  detail::refuse_to_block_an_event_loop();
  if constexpr (std::is_void_v<T>) {
    if (!work) return;
  }
  detail::wait_until_ended(
      [](void* started, detail::task_promise_base::on_end tell, void* waiter) {
        return static_cast<task<T>*>(started)->start(tell, waiter);
      },
      &work);
  return work.take();
}

}  // namespace messagebus
