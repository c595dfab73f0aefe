#pragma once

#include <cstdint>
#include <functional>
#include <messagebus/ports/message_log.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "cause_positions.hpp"

namespace messagebus::tool {

/// What `verify` examines.
enum class check {
  order,        ///< positions grow
  id,           ///< unique, version 7, and found by the log
  time,         ///< within the years 1 to 9999
  kind,         ///< command or event
  name,         ///< what a schema may be called
  version,      ///< 1 or more
  cause,        ///< before its effect
  correlation,  ///< the same as the cause's
  metadata,     ///< a JSON object
  payload,      ///< a JSON object
  damage,       ///< a message that cannot be read at all
  database,     ///< what the database has to say against itself
};
inline constexpr std::size_t check_count = 12;

std::string_view to_string(check check) noexcept;

/// Something that is not as it should be.
struct finding {
  check which;
  std::string text;
};

/// Examines the messages of a log one after the other. Needs the memory of `cause_positions`,
/// however long the log is: whether an id is unique is asked of the log, by looking for it.
class message_checks {
 public:
  using report = std::function<void(const recorded_message& message, finding found)>;

  /// Lifetime: the log outlives this.
  message_checks(message_log& log, report tell) : log_(log), causes_(log), tell_(std::move(tell)) {}

  void examine(const recorded_message& message);

  /// How many messages have a cause that is not in this log: no fault, a message may be caused by
  /// one of another service.
  std::uint64_t causes_outside() const noexcept { return causes_outside_; }

 private:
  void examine_itself(const recorded_message& message);
  void examine_place(const recorded_message& message);
  void examine_cause(const recorded_message& message);
  void compare_with_cause(const recorded_message& message, const cause_positions::place& cause);

  message_log& log_;
  cause_positions causes_;
  report tell_;
  position last_;
  std::uint64_t causes_outside_ = 0;
};

}  // namespace messagebus::tool
