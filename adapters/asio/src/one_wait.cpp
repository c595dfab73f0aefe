#include "one_wait.hpp"

#include <poll.h>

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

  void operator()(const boost::system::error_code& failed) {
    const auto of = std::exchange(of_, nullptr);
    const bool is_aborted = failed == boost::asio::error::operation_aborted;
    if (by_ == reason::readable || by_ == reason::writable) {
      of->heard_of_socket(by_, is_aborted);
    } else {
      of->ended(by_, is_aborted);
    }
  }

 private:
  std::shared_ptr<one_wait> of_;
  reason by_;
};

one_wait::one_wait(const boost::asio::any_io_executor& executor, task_context& context,
                   std::coroutine_handle<> suspended)
    : context_(context), suspended_(suspended), descriptor_(executor), timer_(executor) {}

one_wait::~one_wait() {
  // A stop may be under way on another thread, when the wait was dropped.
  on_stop_.reset();
  on_cancel_.reset();
  release();
}

bool one_wait::starts(const socket_wait& wait, const std::stop_token& cancelled) {
  {
    const std::lock_guard lock(mutex_);
    try {
      if (wait.descriptor >= 0) watch(wait);
      // Without anything else to wait for, a timer that never ends waits for the stop.
      if (wait.deadline || wait.descriptor < 0) set_timer(wait);
    } catch (...) {
      release();  // and whoever waits hears of the error, and of nothing else
      throw;
    }
    is_abandoned_ = false;
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
  if (wait.wanted != socket_readiness::writable) watch_for(reason::readable);
  if (wait.wanted != socket_readiness::readable) watch_for(reason::writable);
}

void one_wait::watch_for(reason readiness) {
  ++pending_;
  descriptor_.async_wait(
      readiness == reason::readable ? descriptor_base::wait_read : descriptor_base::wait_write,
      ending(shared_from_this(), readiness));
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

// With many threads, Asio may hand a descriptor the event of an earlier one, whose record it uses
// again: one thread has fetched the event, but not handed it on, while another gives up the record.
// So whether it is ready is looked up.
void one_wait::heard_of_socket(reason readiness, bool is_aborted) {
  {
    const std::lock_guard lock(mutex_);
    if (!is_aborted && !decided_ && !is_true(readiness)) {
      watch_for(readiness);
      --pending_;
      return;
    }
  }
  ended(readiness, is_aborted);
}

// A descriptor that has failed is ready for anything.
bool one_wait::is_true(reason readiness) {
  const short wanted = readiness == reason::readable ? POLLIN : POLLOUT;
  pollfd looked_at{.fd = descriptor_.native_handle(), .events = wanted, .revents = 0};
  return ::poll(&looked_at, 1, 0) != 0;
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
  switch (decided_.value_or(reason::readable)) {
    case reason::readable:
    case reason::writable:
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
