#pragma once

#include <cstddef>
#include <messagebus/ports/message_log.hpp>
#include <optional>
#include <unordered_map>

namespace messagebus::tool {

/// Where the causes of messages stand. Remembers the messages that were read last, since a cause
/// mostly stands close before its effect, and asks the log for others. Memory: that of
/// 2 · `remembered_max` entries.
class cause_positions {
 public:
  /// Lifetime: the log outlives this.
  explicit cause_positions(message_log& log) noexcept : log_(log) {}

  void remember(const recorded_message& message);

  struct place {
    messagebus::position position;
    uuid correlation_id;
  };
  /// Empty when the log does not have the message.
  std::optional<place> find(uuid message_id);

 private:
  static constexpr std::size_t remembered_max = 32768;

  message_log& log_;
  std::unordered_map<uuid, place> recent_;
  std::unordered_map<uuid, place> older_;
};

}  // namespace messagebus::tool
