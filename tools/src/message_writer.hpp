#pragma once

#include <messagebus/ports/message_log.hpp>
#include <span>
#include <string>
#include <string_view>

#include "command_line.hpp"
#include "message_lines.hpp"

namespace messagebus::tool {

/// Writes messages to the output, as lines for people or as JSON for programs.
class message_writer {
 public:
  struct format {
    bool json = false;
    bool with_payload = false;
  };

  /// `last` is the newest position, after whose width the columns are laid out.
  /// Lifetime: log and surroundings outlive this.
  message_writer(message_log& log, format as, position last, surroundings& around);

  void write(std::span<const recorded_message> messages);

 private:
  surroundings& around_;
  bool json_;
  message_lines lines_;
  std::string record_;
};

/// Writes one line of JSON; on a terminal, without anything that a terminal would obey (inside
/// JSON's strings, the only place where it can stand, it is escaped and means the same).
void write_json_line(surroundings& around, std::string_view json);

}  // namespace messagebus::tool
