#pragma once

#include <chrono>
#include <functional>
#include <messagebus/domain/error.hpp>

namespace messagebus {

/// Whether `execute` runs a unit of work again whose error says that this may help: a serialization
/// failure, a deadlock, a lost connection, a commit of unknown outcome. Each attempt is a
/// transaction of its own, begun anew and told to metrics and dependencies as such; handlers are
/// run whole.
///
/// When the outcome of a commit is unknown (T9), the log is asked for the id of the handled message
/// first, and a message that was kept is not handled again. An attempt that is refused as a
/// duplicate, because the first commit arrived late, counts as kept as well. When the last attempt
/// fails and the log has no such message, the caller hears `commit_outcome_unknown_error`, whatever
/// that attempt failed of: the first commit may still arrive.
struct retry_options {
  /// From 1, which tries once and never again.
  int attempts_max = 1;
  /// The pause before the second attempt; each is twice the one before, up to the longest, and cut
  /// short by chance, so that those who were in each other's way do not meet again.
  std::chrono::milliseconds pause_first{2};
  std::chrono::milliseconds pause_longest{200};
  /// Hears of every attempt that failed and is followed by another; `attempt` counts from 1. Must
  /// not throw.
  std::function<void(int attempt, const error& failed)> on_retry = {};
};

}  // namespace messagebus
