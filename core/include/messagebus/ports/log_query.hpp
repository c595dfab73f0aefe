#pragma once

#include <cstddef>
#include <messagebus/domain/message.hpp>
#include <messagebus/domain/position.hpp>
#include <messagebus/domain/recorded_message.hpp>
#include <messagebus/domain/timestamp.hpp>
#include <messagebus/domain/uuid.hpp>
#include <optional>
#include <string>
#include <vector>

namespace messagebus {

enum class log_order { oldest_first, newest_first };

/// Which messages of the log to read (P1). Every filter narrows; the default reads all, and filters
/// that contradict each other read nothing.
struct log_query {
  /// Only messages behind this position: a checkpoint. One that is ahead of the log, as after a
  /// backup was put back, passes over what comes up to there.
  position after{0};
  /// Only messages up to and including this position.
  std::optional<position> up_to = {};
  /// Only messages created at this instant or later.
  std::optional<timestamp> from = {};
  /// Only messages created before this instant.
  std::optional<timestamp> until = {};
  /// Only messages of one of these names; none means any.
  std::vector<std::string> names = {};
  std::optional<int> schema_version = {};
  std::optional<message_kind> kind = {};
  std::optional<bool> published = {};
  std::optional<uuid> correlation_id = {};
  log_order order = log_order::oldest_first;

  bool matches(const recorded_message& message) const;
};

}  // namespace messagebus
