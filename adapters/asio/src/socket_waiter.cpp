#include <messagebus/asio/socket_waiter.hpp>

#include <boost/asio/post.hpp>
#include <messagebus/async/keep_out_of_coroutine.hpp>
#include <utility>

#include "one_wait.hpp"

namespace messagebus::asio {
namespace {

// Suspends a coroutine of a task; without a context it does not, and the caller blocks.
class suspended_wait {
 public:
  suspended_wait(const boost::asio::any_io_executor& executor, socket_wait& wait) noexcept
      : executor_(executor), wait_(wait) {}

  bool await_ready() const noexcept { return false; }

  template <class Promise>
  MESSAGEBUS_KEEP_OUT_OF_COROUTINE bool await_suspend(std::coroutine_handle<Promise> waiter) {
    task_context* const context = waiter.promise().context();
    if (context == nullptr) return false;
    ending_ = std::make_shared<detail::one_wait>(executor_, *context, waiter);
    // Once it waits, all of this may be gone on another thread.
    const auto kept = ending_;
    return kept->starts(wait_, waiter.promise().stop());
  }

  /// True: there was something to suspend for, and the wait has ended.
  bool await_resume() {
    if (ending_ == nullptr) return false;
    wait_.outcome = ending_->outcome();
    return true;
  }

 private:
  const boost::asio::any_io_executor& executor_;
  socket_wait& wait_;
  std::shared_ptr<detail::one_wait> ending_;
};

}  // namespace

socket_waiter::socket_waiter(boost::asio::any_io_executor executor)
    : executor_(std::move(executor)) {}

socket_waiter::~socket_waiter() = default;

task<> socket_waiter::until(socket_wait& wait) {
  suspended_wait suspended(executor_, wait);
  const bool has_waited = co_await suspended;
  if (!has_waited) co_await blocking_socket_waiter::instance().until(wait);
}

}  // namespace messagebus::asio
