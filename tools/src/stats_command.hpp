#pragma once

#include <messagebus/ports/message_log.hpp>

#include "command_line.hpp"
#include "statistics.hpp"

namespace messagebus::tool {

struct stats_view {
  statistics::sort_key sort = statistics::sort_key::count;
  bool json = false;
};

/// Shows how many messages there are of each name and version, how often they come and what they
/// weigh.
exit_code show_stats(message_log& log, const log_query& query, const stats_view& view,
                     surroundings& around);

}  // namespace messagebus::tool
