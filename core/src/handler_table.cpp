#include <algorithm>
#include <messagebus/domain/error.hpp>
#include <messagebus/service/handler_table.hpp>

namespace messagebus::detail {

std::string describe(const message_type& type) {
  return (type.kind == message_kind::command ? "the command " : "the event ") +
         std::string(type.name) + " v" + std::to_string(type.schema_version);
}

void throw_no_function() {
  throw configuration_error(
      "a handler is a function, and this is a null pointer: give its address");
}

void handler_table::refuse_second_type(const message_type& added) const {
  for (const auto& entries : by_type_) {
    if (entries.empty()) continue;
    const message_type& known = *entries.front().type;
    if (&known == &added || known.schema_version != added.schema_version ||
        known.name != added.name) {
      continue;
    }
    throw configuration_error("two types of messages, " + std::string(known.cpp_name) + " and " +
                              std::string(added.cpp_name) + ", are both " +
                              std::string(added.name) + " v" +
                              std::to_string(added.schema_version) +
                              ", by which the log tells them apart: give one of them another name "
                              "or version");
  }
}

handler_id handler_table::add(handler_entry added) {
  refuse_second_type(*added.type);
  const std::size_t index = assign_index(*added.type);
  if (by_type_.size() <= index) by_type_.resize(index + 1);
  auto& entries = by_type_[index];
  if (added.type->kind == message_kind::command && !entries.empty()) {
    throw configuration_error(describe(*added.type) +
                              " has a handler already, and a command has one: remove the first");
  }
  const handler_id id{++last_id_};
  added.id = id;
  entries.push_back(std::move(added));
  renew_look_up();
  return id;
}

template <class Predicate>
bool handler_table::remove_if(const Predicate& matches) {
  for (auto& entries : by_type_) {
    for (auto at = entries.begin(); at != entries.end(); ++at) {
      if (!matches(*at)) continue;
      entries.erase(at);
      renew_look_up();
      return true;
    }
  }
  return false;
}

bool handler_table::remove(handler_id id) {
  return remove_if([&](const handler_entry& entry) { return entry.id.value == id.value; });
}

bool handler_table::remove(const void* function) {
  return remove_if([&](const handler_entry& entry) { return entry.function == function; });
}

bool handler_table::has(const message_type& type, const void* function) const {
  const std::size_t index = type.index.load(std::memory_order_relaxed);
  if (index >= by_type_.size()) return false;
  const auto& entries = by_type_[index];
  return std::ranges::find(entries, function, &handler_entry::function) != entries.end();
}

void handler_table::renew_look_up() {
  looked_up_.assign(std::max<std::size_t>(by_type_.size(), 1), {});
  for (std::size_t index = 0; index < by_type_.size(); ++index) {
    const std::span<const handler_entry> all = by_type_[index];
    looked_up_[index] = {all, all.size() == 1 ? all.front().call : nullptr};
  }
}

}  // namespace messagebus::detail
