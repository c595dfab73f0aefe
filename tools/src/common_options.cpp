#include "common_options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <limits>
#include <map>
#include <system_error>
#include <utility>

namespace messagebus::tool {

CLI::App& add_command(CLI::App& app, command_line& line, const std::string& name,
                      const std::string& description, const std::string& examples) {
  auto& command = *app.add_subcommand(name, description);
  command.footer("Examples:\n" + examples);
  static const std::map<std::string, color_choice> choices = {{"auto", color_choice::automatic},
                                                              {"always", color_choice::always},
                                                              {"never", color_choice::never}};
  command
      .add_option_function<std::string>(
          "--color", [&line](const std::string& choice) { line.colors = choices.at(choice); },
          "Draw in colours: auto (on a terminal), always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
  return command;
}

void add_location(CLI::App& command, given_location& location) {
#ifdef MESSAGEBUS_TOOL_WITH_POSTGRESQL
  const std::string places = "the path of an SQLite file, or an address of PostgreSQL";
  command.add_flag("--pooler", location.is_pooler,
                   "The address is that of a pooler which lends a connection for each transaction "
                   "(pgbouncer, pool_mode = transaction)");
#else
  const std::string places = "the path of an SQLite file";
#endif
  command.add_option("LOCATION", location.text, "Where the log is: " + places)
      ->required()
      ->check(absence_fault(places))
      ->type_name("");
}

std::function<std::string(const std::string& text)> absence_fault(std::string wanted) {
  return [wanted = std::move(wanted)](const std::string& text) {
    return text.empty() ? "expected " + wanted + ", found an empty text" : std::string();
  };
}

std::string number_fault(const std::string& text) {
  if (text.empty()) return "expected a number, found an empty text";
  if (text.starts_with('-')) return "expected 0 or more, found " + text;
  const bool has_leading_zero = text.size() > 1 && text.starts_with('0');
  if (has_leading_zero || text.find_first_not_of("0123456789") != std::string::npos) {
    return "expected a number such as 20, found " + text;
  }
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc::result_out_of_range) return {};
  return fmt::format("expected {} or less, found {}", std::numeric_limits<std::int64_t>::max(),
                     text);
}

void add_json(CLI::App& command, bool& json, const std::string& what) {
  command.add_flag("--json", json, "Write JSON, one object a line: " + what);
}

}  // namespace messagebus::tool
