#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <messagebus/ports/socket_waiter.hpp>

namespace messagebus::asio {

/// Lets the adapters of databases wait on an event loop. A task that was started by one of the
/// functions `async_…` of this namespace is suspended, and goes on on the executor of whoever
/// started it; a thread that waits by itself, in `bus.execute` say, is blocked as ever. So one
/// database serves both.
///
///     messagebus::asio::socket_waiter waiter{context.get_executor()};
///     messagebus::postgresql::database database{where, {.waiter = &waiter}};
///
/// Whoever cancels the operation ends its wait with `errc::cancelled`. Lifetime: outlives what
/// waits by it; the descriptors are lent for one wait each. The loop of the waiter ends before
/// another one that operations run on. Thread safety: any number of threads.
class socket_waiter final : public messagebus::socket_waiter {
 public:
  /// Sockets and timers wait on the event loop behind `executor`.
  explicit socket_waiter(boost::asio::any_io_executor executor);
  ~socket_waiter() override;

  /// Errors: `errc::cancelled`; `usage_error` on the thread of an event loop outside of an
  /// asynchronous operation; `boost::system::system_error` when a descriptor cannot be watched.
  task<> until(socket_wait& wait) override;

 private:
  boost::asio::any_io_executor executor_;
};

}  // namespace messagebus::asio
