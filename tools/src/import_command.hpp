#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "command_line.hpp"
#include "line_input.hpp"
#include "location.hpp"

namespace messagebus::tool {

/// How `import` takes lines in.
struct import_view {
  /// Messages of one transaction.
  std::size_t batch_messages_max = 1000;
  /// Passes over messages that the log has already, if they are the same.
  bool skip_existing = false;
  bool json = false;
};

using open_store = std::function<std::unique_ptr<opened_store>()>;

/// Adds the messages of JSON lines, as `export` writes them, to the end of a log, in whole batches.
/// The store is opened, and made where there is none, when the first batch is to be written.
/// Errors: `refused_line_error`, `file_error`, those of the store; each says which lines are in the
/// log.
exit_code import_lines(line_input& lines, const open_store& open, const import_view& view,
                       surroundings& around);

}  // namespace messagebus::tool
