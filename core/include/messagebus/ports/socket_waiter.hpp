#pragma once

#include <chrono>
#include <messagebus/async/task.hpp>
#include <optional>
#include <stop_token>

namespace messagebus {

enum class socket_readiness { readable, writable, readable_or_writable };

enum class wait_outcome { ready, deadline_passed, stopped };

/// One wait: for what, how long, and how it ended.
struct socket_wait {
  /// A descriptor that can be polled; negative waits for the deadline or the stop alone.
  int descriptor = -1;
  socket_readiness wanted = socket_readiness::readable;
  /// None waits without end.
  std::optional<std::chrono::steady_clock::time_point> deadline = {};
  std::stop_token stop = {};

  /// Filled in by the waiter. A descriptor that has failed is ready: using it tells the error.
  wait_outcome outcome = wait_outcome::ready;
};

/// How an adapter that talks over sockets waits. One implementation blocks the thread, one suspends
/// the coroutine; the adapter is the same source for both. Thread safety: many threads at once,
/// each with waits of its own.
class socket_waiter {
 public:
  socket_waiter() = default;
  socket_waiter(const socket_waiter&) = delete;
  socket_waiter& operator=(const socket_waiter&) = delete;
  virtual ~socket_waiter() = default;

  /// Waits until `wait.outcome` is known. A waiter that has nothing to suspend for returns an empty
  /// task. Lifetime: `wait` outlives the task.
  virtual task<> until(socket_wait& wait) = 0;
};

/// Blocks the calling thread. Errors: `usage_error` on the thread of an event loop, which would
/// stand still.
class blocking_socket_waiter final : public socket_waiter {
 public:
  task<> until(socket_wait& wait) override;

  static blocking_socket_waiter& instance() noexcept;
};

}  // namespace messagebus
