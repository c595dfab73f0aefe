#include "message_details.hpp"

#include <string_view>

#include "message_lines.hpp"
#include "pretty_json.hpp"
#include "shown_text.hpp"
#include "shown_time.hpp"

namespace messagebus::tool {
namespace {

void begin_field(std::string& out, std::string_view name, const palette& colors) {
  constexpr std::size_t columns = 13;
  colors.paint(out, role::faint, name);
  out.append(columns - name.size(), ' ');
}

void append_field(std::string& out, std::string_view name, std::string_view value,
                  const palette& colors) {
  begin_field(out, name, colors);
  append_shown(out, value);
  out += '\n';
}

}  // namespace

void append_details(std::string& out, const recorded_message& message, const palette& colors) {
  begin_field(out, "message", colors);
  append_type(out, message, colors);
  out += message.kind == message_kind::command ? "  command" : "  event";
  out += message.published ? ", published\n" : "\n";
  append_field(out, "id", message.message_id.to_string(), colors);
  append_field(out, "position", std::to_string(message.position.value), colors);
  append_field(out, "created",
               date_of(message.created_at) + " " + time_of_day(message.created_at) + " UTC",
               colors);
  append_field(out, "correlation", message.correlation_id.to_string(), colors);
  append_field(out, "cause",
               message.causation_id ? message.causation_id->to_string() : "none (from outside)",
               colors);
  if (message.metadata != "{}") append_field(out, "metadata", message.metadata, colors);
  colors.paint(out, role::faint, "payload");
  out += '\n';
  append_pretty_json(out, message.payload, 2, colors);
}

}  // namespace messagebus::tool
