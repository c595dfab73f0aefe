#pragma once

#include <messagebus/ports/message_log.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "command_line.hpp"

namespace messagebus::tool {

/// What people write to mean one message of a log: its id, the beginning of its id, the short form
/// that `log` prints (`0198c0de…f3a2`, or with two or three dots), or its position (digits that do
/// not begin with 0; the ids of this age do).
class message_reference {
 public:
  /// Errors: `usage_error` when the text is none of these.
  explicit message_reference(std::string_view text);

  /// The messages that are meant, oldest first, `candidates_max` at most: one is what is hoped for.
  /// Anything but a position or a whole id is looked for in the whole log.
  std::vector<recorded_message> find(message_log& log, surroundings& around) const;

  static constexpr std::size_t candidates_max = 11;

 private:
  bool means(uuid id) const;

  std::optional<uuid> id_;
  std::optional<position> position_;
  // Digits of the id, without hyphens.
  std::string beginning_;
  std::string end_;
};

}  // namespace messagebus::tool
