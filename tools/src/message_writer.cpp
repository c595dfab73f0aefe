#include "message_writer.hpp"

#include <algorithm>
#include <messagebus/domain/error.hpp>

#include "message_record.hpp"
#include "shown_text.hpp"

namespace messagebus::tool {
namespace {

std::size_t columns_for(position last) {
  constexpr std::size_t columns_min = 4;
  return std::max(columns_min, std::to_string(last.value).size());
}

// The error names the message.
void append_named_record(std::string& out, const recorded_message& message) {
  try {
    append_record(out, message);
  } catch (const encode_error& fault) {
    throw error(errc::storage_corrupt, "the message at position " +
                                           std::to_string(message.position.value) +
                                           " cannot be written as JSON: " + fault.what() +
                                           "; messagebus verify tells what else is damaged");
  }
}

}  // namespace

message_writer::message_writer(message_log& log, format as, position last, surroundings& around)
    : around_(around),
      json_(as.json),
      lines_(log, around.colors(),
             {.position_columns = columns_for(last), .with_payload = as.with_payload}) {}

void message_writer::write(std::span<const recorded_message> messages) {
  if (!json_) {
    lines_.append(around_.out.text(), messages);
    around_.out.flush_if_large();
    return;
  }
  for (const auto& message : messages) {
    record_.clear();
    append_named_record(record_, message);
    write_json_line(around_, record_);
  }
}

void write_json_line(surroundings& around, std::string_view json) {
  if (around.out_screen.is_terminal) {
    append_shown(around.out.text(), json);
  } else {
    around.out.text() += json;
  }
  around.out.text() += '\n';
  around.out.flush_if_large();
}

}  // namespace messagebus::tool
