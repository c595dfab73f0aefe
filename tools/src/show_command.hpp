#pragma once

#include <messagebus/ports/message_log.hpp>
#include <string>

#include "command_line.hpp"

namespace messagebus::tool {

/// How `show` shows a message.
struct show_view {
  /// Where the log is, without a password, for notes that say what to type next.
  std::string location;
  /// What was written to mean the message.
  std::string reference;
  /// Draws trees of any size whole.
  bool all = false;
  bool json = false;
  /// So many messages of a tree are read, unless `all` are.
  std::size_t messages_read_max = 100'000;
};

/// Shows one message, whole, and the tree of causes and effects that it stands in.
exit_code show_message(message_log& log, const show_view& view, surroundings& around);

}  // namespace messagebus::tool
