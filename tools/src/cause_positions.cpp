#include "cause_positions.hpp"

#include <messagebus/async/sync_wait.hpp>
#include <utility>

namespace messagebus::tool {

void cause_positions::remember(const recorded_message& message) {
  if (recent_.size() >= remembered_max) {
    std::swap(recent_, older_);
    recent_.clear();
  }
  recent_.insert_or_assign(message.message_id, place{message.position, message.correlation_id});
}

std::optional<cause_positions::place> cause_positions::find(uuid message_id) {
  for (const auto* known : {&recent_, &older_}) {
    const auto found = known->find(message_id);
    if (found != known->end()) return found->second;
  }
  const auto kept = sync_wait(log_.find(message_id));
  if (!kept) return std::nullopt;
  return place{kept->position, kept->correlation_id};
}

}  // namespace messagebus::tool
