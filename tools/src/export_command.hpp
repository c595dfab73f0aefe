#pragma once

#include <messagebus/ports/message_log.hpp>
#include <string>

#include "command_line.hpp"

namespace messagebus::tool {

/// Where `export` writes to.
struct export_view {
  /// Empty or `-`: standard output.
  std::string file = {};
  bool replaces = false;
};

/// Writes the messages that match as JSON lines, which `import` reads.
exit_code export_log(message_log& log, const log_query& query, const export_view& view,
                     surroundings& around);

}  // namespace messagebus::tool
