#include <messagebus/async/sync_wait.hpp>

#include <semaphore.h>

#include <messagebus/domain/error.hpp>

namespace messagebus {
namespace {

constinit thread_local int event_loops_on_this_thread = 0;

// A semaphore costs nothing to make, and whoever posts it is done with it when the waiter wakes:
// the waiter owns this object, and may then be gone.
class ending {
 public:
  ending() noexcept { sem_init(&has_ended_, 0, 0); }
  ending(const ending&) = delete;
  ending& operator=(const ending&) = delete;
  ~ending() { sem_destroy(&has_ended_); }

  static void tell(void* waiter) noexcept { sem_post(&static_cast<ending*>(waiter)->has_ended_); }

  void wait() noexcept {
    while (sem_wait(&has_ended_) != 0) continue;  // interrupted by a signal
  }

 private:
  sem_t has_ended_;
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
