#include "message_checks.hpp"

#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <string>

#include "message_record.hpp"
#include "shown_time.hpp"

namespace messagebus::tool {
namespace {

std::string place_of(position at) {
  return "position " + std::to_string(at.value);
}

}  // namespace

std::string_view to_string(check check) noexcept {
  switch (check) {
    case check::order:
      return "order";
    case check::id:
      return "id";
    case check::time:
      return "time";
    case check::kind:
      return "kind";
    case check::name:
      return "name";
    case check::version:
      return "version";
    case check::cause:
      return "cause";
    case check::correlation:
      return "correlation";
    case check::metadata:
      return "metadata";
    case check::payload:
      return "payload";
    case check::damage:
      return "damage";
    case check::database:
      return "database";
  }
  return "unknown";
}

void message_checks::examine(const recorded_message& message) {
  examine_place(message);
  examine_itself(message);
  examine_cause(message);
  causes_.remember(message);
}

void message_checks::examine_place(const recorded_message& message) {
  if (message.position <= last_) {
    tell_(message, {check::order, "stands behind " + place_of(last_)});
  }
  last_ = message.position;
  try {
    const auto found = sync_wait(log_.find(message.message_id));
    if (found && found->position == message.position) return;
    tell_(message, {check::id, found ? "the id is also that of " + place_of(found->position)
                                     : "the log does not find the message by its id"});
  } catch (const error& fault) {
    if (fault.code() != errc::storage_corrupt) throw;
    tell_(message, {check::id, "the log cannot look for the id: " + std::string(fault.what())});
  }
}

void message_checks::examine_itself(const recorded_message& message) {
  const auto examine = [&](check which, std::string fault) {
    if (!fault.empty()) tell_(message, {which, std::move(fault)});
  };
  examine(check::id, id_fault(message.message_id));
  if (!has_year(message.created_at)) {
    examine(check::time, "expected a year from 1 to 9999, found " +
                             std::to_string(message.created_at.time_since_epoch().count()) +
                             " microseconds since 1970");
  }
  if (message.kind != message_kind::command && message.kind != message_kind::event) {
    examine(check::kind, "expected 1 (command) or 2 (event), found " +
                             std::to_string(static_cast<int>(message.kind)));
  }
  examine(check::name, name_fault(message.name));
  if (message.schema_version < 1) {
    examine(check::version, "expected 1 or more, found " + std::to_string(message.schema_version));
  }
  examine(check::metadata, object_fault(message.metadata));
  examine(check::payload, object_fault(message.payload));
}

void message_checks::examine_cause(const recorded_message& message) {
  if (!message.causation_id) return;
  if (*message.causation_id == message.message_id) {
    tell_(message, {check::cause, "the message is its own cause"});
    return;
  }
  try {
    const auto cause = causes_.find(*message.causation_id);
    if (cause) return compare_with_cause(message, *cause);
    ++causes_outside_;
  } catch (const error& fault) {
    if (fault.code() != errc::storage_corrupt) throw;
    tell_(message, {check::cause, "the cause cannot be read: " + std::string(fault.what())});
  }
}

void message_checks::compare_with_cause(const recorded_message& message,
                                        const cause_positions::place& cause) {
  if (cause.position > message.position) {
    tell_(message, {check::cause, "the cause stands behind it, at " + place_of(cause.position)});
  }
  if (cause.correlation_id != message.correlation_id) {
    tell_(message,
          {check::correlation, "the correlation id is " + message.correlation_id.to_string() +
                                   ", that of the cause, at " + place_of(cause.position) + ", is " +
                                   cause.correlation_id.to_string()});
  }
}

}  // namespace messagebus::tool
