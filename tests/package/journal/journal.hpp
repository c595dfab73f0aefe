#pragma once

#include <iostream>
#include <messagebus/bus.hpp>
#include <messagebus/ports/message_log.hpp>
#include <string>

namespace journal {

struct write_note {
  static constexpr auto schema = messagebus::command<int>("write_note", 1);
  std::string text;
  bool operator==(const write_note&) const = default;
};
BOOST_DESCRIBE_STRUCT(write_note, (), (text))

struct ports {};

inline int on_write_note(const write_note& command, messagebus::transaction<ports>& /*unused*/) {
  return static_cast<int>(command.text.size());
}

inline constexpr auto handlers = messagebus::handlers<&on_write_note>;

/// Writes a note and reads it from the log. The exit code of a program.
inline int write_and_read(messagebus::unit_of_work<ports>& unit_of_work,
                          messagebus::message_log& log) {
  messagebus::bus<ports, handlers> bus;
  const int length = bus.execute(unit_of_work, write_note{.text = "kept"});
  std::string read;
  for (const auto& message : log.read({})) {
    read += message.as<write_note>().text;
  }
  std::cout << "read from the log: " << read << '\n';
  return length == 4 && read == "kept" ? 0 : 1;
}

}  // namespace journal
