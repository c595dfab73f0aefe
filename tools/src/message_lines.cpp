#include "message_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "shown_text.hpp"
#include "shown_time.hpp"

namespace messagebus::tool {

std::string short_id(uuid id) {
  const auto text = id.to_string();
  return text.substr(0, 8) + "…" + text.substr(32);
}

void append_type(std::string& out, const recorded_message& message, const palette& colors) {
  const bool is_command = message.kind == message_kind::command;
  colors.begin(out, is_command ? role::command : role::event);
  append_shown(out, message.name);
  fmt::format_to(std::back_inserter(out), " v{}", message.schema_version);
  colors.end(out, is_command ? role::command : role::event);
  if (!message.published) return;
  out += ' ';
  colors.paint(out, role::published, "↗");
}

std::size_t type_columns_of(const recorded_message& message) {
  return columns_of(shown(message.name)) + 2 + std::to_string(message.schema_version).size() +
         (message.published ? 2 : 0);
}

void append_spaces(std::string& out, std::size_t taken, std::size_t columns) {
  out.append(taken < columns ? columns - taken : 2, ' ');
}

void message_lines::append(std::string& out, std::span<const recorded_message> messages) {
  for (const auto& message : messages) {
    causes_.remember(message);
    const auto columns = type_columns_of(message);
    if (columns <= type_columns_max) type_columns_ = std::max(type_columns_, columns);
  }
  for (const auto& message : messages) {
    append_day(out, message.created_at);
    append_line(out, message);
  }
}

void message_lines::append_day(std::string& out, timestamp instant) {
  const auto day = has_year(instant) ? std::chrono::floor<std::chrono::days>(instant)
                                     : std::chrono::sys_days::min();
  if (day_ == day) return;
  day_ = day;
  out.append(layout_.position_columns + 2, ' ');
  colors_.paint(out, role::heading,
                has_year(instant) ? date_of(instant) + " UTC" : date_of(instant));
  out += '\n';
}

void message_lines::append_line(std::string& out, const recorded_message& message) {
  fmt::format_to(std::back_inserter(out), "{:>{}}  ", message.position.value,
                 layout_.position_columns);
  colors_.paint(out, role::faint, time_of_day(message.created_at));
  out += "  ";
  append_type(out, message, colors_);
  append_spaces(out, type_columns_of(message), type_columns_ + 2);
  colors_.paint(out, role::faint, short_id(message.message_id));
  out += "  ";
  append_cause(out, message);
  out += '\n';
  if (!layout_.with_payload) return;
  out.append(layout_.position_columns + 2, ' ');
  append_shown(out, message.payload);
  out += '\n';
}

void message_lines::append_cause(std::string& out, const recorded_message& message) {
  colors_.begin(out, role::faint);
  out += "⟵ ";
  if (!message.causation_id) {
    out += "(outside)";
  } else if (const auto cause = causes_.find(*message.causation_id)) {
    fmt::format_to(std::back_inserter(out), "{}", cause->position.value);
  } else {
    out += short_id(*message.causation_id) + " (outside)";
  }
  colors_.end(out, role::faint);
}

}  // namespace messagebus::tool
