#include <condition_variable>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <mutex>

namespace messagebus {
namespace {

constinit thread_local int event_loops_on_this_thread = 0;

// Told under the lock: the waiter, who owns this object, cannot be gone before `tell` is done with
// it.
class ending {
 public:
  static void tell(void* waiter) noexcept {
    auto& self = *static_cast<ending*>(waiter);
    const std::lock_guard lock(self.mutex_);
    self.ended_ = true;
    self.changed_.notify_one();
  }

  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return ended_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
};

}  // namespace

event_loop_scope::event_loop_scope() noexcept {
  ++event_loops_on_this_thread;
}
event_loop_scope::~event_loop_scope() {
  --event_loops_on_this_thread;
}

bool detail::may_block() noexcept {
  return event_loops_on_this_thread == 0;
}

void detail::refuse_to_block_an_event_loop() {
  if (may_block()) [[likely]]
    return;
  throw usage_error(
      "a blocking call on the thread of an event loop would wait for itself: use the asynchronous "
      "form (async_execute, async_handle, async_commit) with co_await there");
}

void detail::wait_until_ended(bool (*start)(void*, task_promise_base::on_end, void*),
                              void* started) {
  ending end;
  if (!start(started, &ending::tell, &end)) end.wait();
}

}  // namespace messagebus
