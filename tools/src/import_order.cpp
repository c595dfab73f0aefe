#include "import_order.hpp"

#include <utility>

namespace messagebus::tool {

std::optional<import_order::place> import_order::find_message(uuid message_id) const {
  const auto* known = find(message_id);
  if (known == nullptr || known->is_effect) return std::nullopt;
  return known->where;
}

std::optional<std::uint64_t> import_order::line_of_effect(uuid message_id) const {
  const auto* known = find(message_id);
  if (known == nullptr || !known->is_effect) return std::nullopt;
  return known->where.line;
}

void import_order::remember(const imported_line& line) {
  const place where{.line = line.number, .correlation_id = line.message.correlation_id};
  note(line.message.message_id, {.where = where});
  const auto& cause = line.message.causation_id;
  if (cause && find(*cause) == nullptr) note(*cause, {.where = where, .is_effect = true});
}

const import_order::seen* import_order::find(uuid id) const {
  for (const auto* known : {&recent_, &older_}) {
    const auto found = known->find(id);
    if (found != known->end()) return &found->second;
  }
  return nullptr;
}

void import_order::note(uuid id, seen what) {
  if (recent_.size() >= remembered_max) {
    std::swap(recent_, older_);
    recent_.clear();
  }
  recent_.insert_or_assign(id, what);
}

}  // namespace messagebus::tool
