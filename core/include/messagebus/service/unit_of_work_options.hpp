#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <messagebus/domain/clock.hpp>
#include <messagebus/domain/id_source.hpp>
#include <messagebus/ports/metrics.hpp>
#include <messagebus/service/retry_options.hpp>
#include <string_view>

namespace messagebus {

/// Hears of errors that nobody can be thrown at: a scope left open, a hook that failed after the
/// commit. `where` says in which of these it happened. Must not throw.
using error_hook = std::function<void(std::string_view where, const std::exception& error)>;

/// Writes one line to standard error.
void print_error(std::string_view where, const std::exception& error);

/// What a unit of work takes from outside. Everything pointed to outlives the unit of work.
struct unit_of_work_options {
  /// Counts transactions and messages; null counts nothing.
  messagebus::metrics* metrics = nullptr;
  /// Tells `created_at`; null is the system's clock.
  messagebus::clock* clock = nullptr;
  /// Makes message ids; null makes UUID version 7 ones that grow within the process.
  id_source* ids = nullptr;
  /// The default prints to standard error; an empty one drops what nobody can be thrown at.
  error_hook on_error = print_error;
  /// A message whose payload is longer is refused with `errc::limit_exceeded`, before it is stored.
  /// The default, 16 MiB, is what reading takes by default.
  std::size_t payload_bytes_max = codec::decode_limits{}.bytes_max;
  /// Whether `execute` tries again; the default does not.
  retry_options retry = {};
};

}  // namespace messagebus
