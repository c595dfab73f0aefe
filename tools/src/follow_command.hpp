#pragma once

#include <chrono>
#include <cstdint>
#include <messagebus/ports/message_log.hpp>
#include <optional>

#include "command_line.hpp"

namespace messagebus::tool {

/// How `follow` shows what comes.
struct follow_view {
  /// Begins with so many of the messages that are there already.
  std::optional<std::uint64_t> last = {};
  /// Ends after so many messages.
  std::optional<std::uint64_t> count = {};
  /// Between attempts to go on, while the database does not answer. Those wait by themselves as a
  /// rule.
  std::chrono::milliseconds pause = std::chrono::seconds(1);
  bool with_payload = false;
  bool json = false;
};

/// Shows the messages that match, and those that come, until it is told to stop, has shown as many
/// as were asked for, or has reached the last position that the query allows.
exit_code follow_log(message_log& log, log_query query, const follow_view& view,
                     surroundings& around);

}  // namespace messagebus::tool
