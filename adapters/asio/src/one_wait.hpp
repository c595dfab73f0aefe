#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <coroutine>
#include <functional>
#include <memory>
#include <messagebus/async/task_context.hpp>
#include <messagebus/ports/socket_waiter.hpp>
#include <mutex>
#include <optional>
#include <stop_token>

namespace messagebus::asio::detail {

/// One wait of one coroutine for whatever comes first: the socket, the deadline, or a stop. The
/// first to come decides and ends the others, the last to come lets the coroutine go on, so that
/// nothing is watched any more by then.
class one_wait : public std::enable_shared_from_this<one_wait> {
 public:
  one_wait(const boost::asio::any_io_executor& executor, task_context& context,
           std::coroutine_handle<> suspended);
  one_wait(const one_wait&) = delete;
  one_wait& operator=(const one_wait&) = delete;
  ~one_wait();

  /// False: it has ended already, and the coroutine is not resumed. `cancelled` is the stop of the
  /// whole operation.
  bool starts(const socket_wait& wait, const std::stop_token& cancelled);

  /// Errors: `errc::cancelled`.
  wait_outcome outcome();

 private:
  class ending;
  enum class reason { readable, writable, deadline_passed, stopped, cancelled };

  void watch(const socket_wait& wait);
  void watch_for(reason readiness);
  void set_timer(const socket_wait& wait);
  void stop(reason by);
  void heard_of_socket(reason readiness, bool is_aborted);
  bool is_true(reason readiness);
  void ended(reason by, bool is_aborted);
  void dropped() noexcept;
  void decide(reason by);
  void release() noexcept;

  task_context& context_;
  std::coroutine_handle<> suspended_;
  // The objects of Asio are used by one thread at a time. What one of them drops, because it has no
  // memory, is heard of within the call.
  std::recursive_mutex mutex_;
  boost::asio::posix::stream_descriptor descriptor_;
  boost::asio::steady_timer timer_;
  std::optional<reason> decided_;
  int pending_ = 1;           // whoever starts it
  bool is_abandoned_ = true;  // until all has been started
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
  std::optional<std::stop_callback<std::function<void()>>> on_cancel_;
};

}  // namespace messagebus::asio::detail
