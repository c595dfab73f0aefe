#include <algorithm>
#include <messagebus/testing/invariants.hpp>
#include <string>

namespace messagebus::testing {
namespace {

std::string name_of(const recorded_message& message) {
  return message.name + " " + message.message_id.to_string() + " at position " +
         std::to_string(message.position.value);
}

std::map<uuid, int> times_in(message_log& log) {
  std::map<uuid, int> times;
  for (const recorded_message& message : log.read({})) ++times[message.message_id];
  return times;
}

}  // namespace

::testing::AssertionResult is_in_order(message_log& log) {
  std::map<uuid, position> known;
  std::map<uuid, recorded_message> effects;
  position last{0};
  for (const recorded_message& message : log.read({})) {
    if (message.position <= last) {
      return ::testing::AssertionFailure() << name_of(message) << " comes behind " << last.value;
    }
    last = message.position;
    if (!known.emplace(message.message_id, message.position).second) {
      return ::testing::AssertionFailure() << name_of(message) << " is in the log twice";
    }
    if (const auto effect = effects.find(message.message_id); effect != effects.end()) {
      return ::testing::AssertionFailure()
             << name_of(effect->second) << " stands before its cause, " << name_of(message);
    }
    if (message.causation_id && !known.contains(*message.causation_id)) {
      effects.emplace(*message.causation_id, message);
    }
  }
  return ::testing::AssertionSuccess();
}

::testing::AssertionResult has_seen_all(const std::vector<uuid>& seen, message_log& log) {
  std::size_t next = 0;
  for (const recorded_message& message : log.read({})) {
    if (next == seen.size()) break;
    if (seen[next] == message.message_id) {
      ++next;
      continue;
    }
    return ::testing::AssertionFailure()
           << "the reader saw " << seen[next].to_string() << " where the log has "
           << name_of(message) << ": it missed one or saw one twice";
  }
  if (next == seen.size()) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << "the reader saw " << seen[next].to_string() << " after all that is in the log";
}

told client_ledger::heard_of(uuid message_id) const {
  const auto heard = heard_.find(message_id);
  return heard == heard_.end() ? told::nothing : heard->second;
}

bool client_ledger::is_unsettled(uuid message_id) const {
  const told heard = heard_of(message_id);
  return heard == told::nothing || heard == told::unknown;
}

bool client_ledger::has_unsettled() const {
  return std::ranges::any_of(heard_, [&](const auto& known) { return is_unsettled(known.first); });
}

::testing::AssertionResult client_ledger::agrees_with(message_log& log) const {
  const auto times = times_in(log);
  for (const auto& [message_id, heard] : heard_) {
    const auto at = times.find(message_id);
    const int found = at == times.end() ? 0 : at->second;
    if (heard == told::kept && found != 1) {
      return ::testing::AssertionFailure()
             << "message " << message_id.to_string() << " was reported as kept, and is in the log "
             << found << " times";
    }
    if (heard == told::failed && found != 0) {
      return ::testing::AssertionFailure() << "message " << message_id.to_string()
                                           << " was reported as failed, and is in the log";
    }
  }
  return ::testing::AssertionSuccess();
}

}  // namespace messagebus::testing
