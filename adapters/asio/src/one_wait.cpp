#include "one_wait.hpp"

#include <boost/asio/error.hpp>
#include <messagebus/domain/error.hpp>
#include <utility>

namespace messagebus::asio::detail {

using boost::asio::posix::descriptor_base;

/// What Asio calls when one of the waits has ended, or destroys when the event loop goes.
class one_wait::ending {
 public:
  ending(std::shared_ptr<one_wait> of, reason by) noexcept : of_(std::move(of)), by_(by) {}
  ending(ending&& other) noexcept = default;
  ending& operator=(ending&&) = delete;
  ~ending() {
    if (of_ != nullptr) of_->dropped();
  }

  // A descriptor that has failed is ready.
  void operator()(const boost::system::error_code& failed) {
    std::exchange(of_, nullptr)->ended(by_, failed == boost::asio::error::operation_aborted);
  }

 private:
  std::shared_ptr<one_wait> of_;
  reason by_;
};

one_wait::one_wait(const boost::asio::any_io_executor& executor, task_context& context,
                   std::coroutine_handle<> suspended)
    : context_(context), suspended_(suspended), descriptor_(executor), timer_(executor) {}

one_wait::~one_wait() {
  release();
}

bool one_wait::starts(const socket_wait& wait, const std::stop_token& cancelled) {
  {
    const std::lock_guard lock(mutex_);
    if (wait.descriptor >= 0) watch(wait);
    // Without anything else to wait for, a timer that never ends waits for the stop.
    if (wait.deadline || wait.descriptor < 0) set_timer(wait);
  }
  if (wait.stop.stop_possible()) {
    on_stop_.emplace(wait.stop, [this] { stop(reason::stopped); });
  }
  if (cancelled.stop_possible()) {
    on_cancel_.emplace(cancelled, [this] { stop(reason::cancelled); });
  }
  const std::lock_guard lock(mutex_);
  return --pending_ > 0;
}

void one_wait::watch(const socket_wait& wait) {
  descriptor_.assign(wait.descriptor);
  if (wait.wanted != socket_readiness::writable) {
    ++pending_;
    descriptor_.async_wait(descriptor_base::wait_read, ending(shared_from_this(), reason::ready));
  }
  if (wait.wanted != socket_readiness::readable) {
    ++pending_;
    descriptor_.async_wait(descriptor_base::wait_write, ending(shared_from_this(), reason::ready));
  }
}

void one_wait::set_timer(const socket_wait& wait) {
  timer_.expires_at(wait.deadline.value_or(std::chrono::steady_clock::time_point::max()));
  ++pending_;
  timer_.async_wait(ending(shared_from_this(), reason::deadline_passed));
}

void one_wait::stop(reason by) {
  const std::lock_guard lock(mutex_);
  decide(by);
}

void one_wait::decide(reason by) {
  if (decided_) return;
  decided_ = by;
  boost::system::error_code ignored;
  if (descriptor_.is_open()) descriptor_.cancel(ignored);
  timer_.cancel();
}

void one_wait::ended(reason by, bool is_aborted) {
  {
    const std::lock_guard lock(mutex_);
    if (!is_aborted) decide(by);
    if (--pending_ > 0 || is_abandoned_) return;
    release();
  }
  context_.resume(suspended_);
}

void one_wait::dropped() noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(is_abandoned_, true)) return;
    release();
  }
  context_.abandon();
}

wait_outcome one_wait::outcome() {
  on_stop_.reset();
  on_cancel_.reset();
  release();
  switch (decided_.value_or(reason::ready)) {
    case reason::ready:
      return wait_outcome::ready;
    case reason::deadline_passed:
      return wait_outcome::deadline_passed;
    case reason::stopped:
      return wait_outcome::stopped;
    case reason::cancelled:
      break;
  }
  throw error(
      errc::cancelled,
      "cancelled while it waited: whoever started the operation asked to end it; nothing of "
      "its transaction is kept");
}

// The descriptor is not ours to close.
void one_wait::release() noexcept {
  if (descriptor_.is_open()) descriptor_.release();
}

}  // namespace messagebus::asio::detail
