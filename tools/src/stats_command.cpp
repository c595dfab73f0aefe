#include "stats_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/describe/class.hpp>
#include <map>
#include <memory>
#include <messagebus/codec/json.hpp>
#include <messagebus/codec/text.hpp>
#include <optional>
#include <string>

#include "bars.hpp"
#include "commands.hpp"
#include "common_options.hpp"
#include "location.hpp"
#include "log_walk.hpp"
#include "message_writer.hpp"
#include "query_options.hpp"
#include "shown_text.hpp"
#include "statistics_table.hpp"

namespace messagebus::tool {
namespace {

constexpr auto stats_examples =
    "  messagebus stats club.db\n"
    "  messagebus stats club.db --from 1d --sort bytes\n"
    "  messagebus stats club.db --kind event --json | jq 'select(.count > 1000) | .name'\n"
    "\n"
    "Bytes are those of payloads and metadata. The rate is that between the first and the last\n"
    "message of a line. Needs memory for one entry a name and version, however long the log is.";

struct stats_options {
  given_location location;
  query_options filters;
  stats_view view;
};

const std::map<std::string, statistics::sort_key>& sort_keys() {
  using enum statistics::sort_key;
  static const std::map<std::string, statistics::sort_key> keys = {
      {"count", count}, {"name", name},   {"bytes", bytes},
      {"rate", rate},   {"first", first}, {"last", last}};
  return keys;
}

// What `--json` writes of a type.
struct type_record {
  std::string name;
  int schema_version = 1;
  std::string kind;
  std::uint64_t count = 0;
  std::uint64_t published = 0;
  std::uint64_t bytes = 0;
  timestamp first;
  timestamp last;
  std::optional<double> rate_per_second;
  std::int64_t first_position = 0;
  std::int64_t last_position = 0;
};
BOOST_DESCRIBE_STRUCT(type_record, (),
                      (name, schema_version, kind, count, published, bytes, first, last,
                       rate_per_second, first_position, last_position))

void write_json(const std::vector<statistics::row>& rows, surroundings& around) {
  for (const auto& [type, totals] : rows) {
    write_json_line(around, codec::encode(type_record{
                                .name = shown(type.name),
                                .schema_version = type.schema_version,
                                .kind = type.kind == message_kind::command ? "command" : "event",
                                .count = totals.count,
                                .published = totals.published,
                                .bytes = totals.bytes,
                                .first = totals.first,
                                .last = totals.last,
                                .rate_per_second = totals.rate_per_second(),
                                .first_position = totals.first_position.value,
                                .last_position = totals.last_position.value,
                            }));
  }
}

void write_text(const statistics& counted, const std::vector<statistics::row>& rows,
                surroundings& around) {
  auto& text = around.out.text();
  if (rows.empty()) {
    text += "no messages\n";
    return;
  }
  append_table(text, counted, rows, around.out_screen.columns, around.colors());
  const auto& all = counted.all();
  around.colors().paint(
      text, role::faint,
      fmt::format("{} published; {} from outside, the others caused by them; positions {} to {}\n",
                  grouped(all.published), grouped(counted.from_outside()), all.first_position.value,
                  all.last_position.value));
}

}  // namespace

void add_stats_command(CLI::App& app, command_line& line) {
  const auto asked = std::make_shared<stats_options>();
  auto& command = add_command(app, line, "stats", "Count the messages of a log by name and version",
                              stats_examples);
  add_location(command, asked->location);
  command
      .add_option_function<std::string>(
          "--sort", [asked](const std::string& key) { asked->view.sort = sort_keys().at(key); },
          "Sort by count (the default), name, bytes, rate, first or last")
      ->check(CLI::IsMember({"count", "name", "bytes", "rate", "first", "last"}))
      ->type_name("KEY");
  add_json(command, asked->view.json, "a name and version each");
  asked->filters.add_to(command);
  command.callback([asked, &line] {
    line.command = [asked](surroundings& around) {
      const auto opened = open_to_read(asked->location);
      return show_stats(opened->log(), asked->filters.query(), asked->view, around);
    };
  });
}

exit_code show_stats(message_log& log, const log_query& query, const stats_view& view,
                     surroundings& around) {
  statistics counted;
  const bool is_whole =
      walk_log(log, query, "counting", around, [&](std::span<const recorded_message> messages) {
        for (const auto& message : messages) counted.add(message);
      });
  if (!is_whole) return exit_code::interrupted;
  const auto rows = counted.sorted(view.sort);
  if (view.json) {
    write_json(rows, around);
  } else {
    write_text(counted, rows, around);
  }
  return exit_code::ok;
}

}  // namespace messagebus::tool
