#pragma once

#include <cstdint>
#include <messagebus/ports/message_log.hpp>
#include <optional>
#include <stop_token>

#include "command_line.hpp"

namespace messagebus::tool {

/// How `log` shows what matches.
struct log_view {
  /// At most one of these.
  std::optional<std::uint64_t> first = {};
  std::optional<std::uint64_t> last = {};
  bool with_payload = false;
  bool json = false;
};

exit_code show_log(message_log& log, log_query query, const log_view& view, surroundings& around);

/// Narrows `query` to the last `count` messages up to `newest` that match, by reading backwards;
/// keeps none of them. None narrows to nothing; the caller looks after that, and after a stop.
void start_at_last(message_log& log, log_query& query, std::uint64_t count, position newest,
                   const std::stop_token& stop);

}  // namespace messagebus::tool
