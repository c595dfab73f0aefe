#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <messagebus/async/sync_wait.hpp>

namespace messagebus::asio {

/// Runs an event loop on this thread, like `context.run()`, and lets the library know: a blocking
/// call anywhere on the thread, in a completion handler say, is refused with a `usage_error`, since
/// the loop would stand still. Under a plain `run()` it is refused within operations of this
/// library only.
inline std::size_t run_loop(boost::asio::io_context& context) {
  const event_loop_scope loop;
  return context.run();
}

}  // namespace messagebus::asio
