#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/async/wake_descriptor.hpp>
#include <messagebus/ports/socket_waiter.hpp>
#include <system_error>

namespace messagebus {
namespace {

using clock_type = std::chrono::steady_clock;

short events_of(socket_readiness wanted) noexcept {
  switch (wanted) {
    case socket_readiness::readable:
      return POLLIN;
    case socket_readiness::writable:
      return POLLOUT;
    case socket_readiness::readable_or_writable:
      break;
  }
  return POLLIN | POLLOUT;
}

// Rounded up: a poll that ends too early would be called again and again for the last millisecond.
int milliseconds_until(const std::optional<clock_type::time_point>& deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - clock_type::now());
  return static_cast<int>(
      std::clamp<std::int64_t>(left.count(), 0, std::numeric_limits<int>::max()));
}

wait_outcome poll_until(const socket_wait& wait, int stop_descriptor) {
  std::array<pollfd, 2> polled{pollfd{wait.descriptor, events_of(wait.wanted), 0},
                               pollfd{stop_descriptor, POLLIN, 0}};
  while (true) {
    const int ready =
        poll(polled.data(), stop_descriptor < 0 ? 1 : 2, milliseconds_until(wait.deadline));
    if (ready < 0 && errno != EINTR) {
      throw std::system_error(errno, std::system_category(), "cannot wait for a socket");
    }
    if (wait.stop.stop_requested()) return wait_outcome::stopped;
    if (ready > 0 && polled[0].revents != 0) return wait_outcome::ready;
    if (wait.deadline && clock_type::now() >= *wait.deadline) return wait_outcome::deadline_passed;
  }
}

}  // namespace

task<> blocking_socket_waiter::until(socket_wait& wait) {
  detail::refuse_to_block_an_event_loop();
  if (!wait.stop.stop_possible()) {
    wait.outcome = poll_until(wait, -1);
    return {};
  }
  const wake_descriptor woken;
  const std::stop_callback wake_up(wait.stop, [&woken] { woken.wake(); });
  wait.outcome = poll_until(wait, woken.get());
  return {};
}

blocking_socket_waiter& blocking_socket_waiter::instance() noexcept {
  static blocking_socket_waiter waiter;
  return waiter;
}

}  // namespace messagebus
