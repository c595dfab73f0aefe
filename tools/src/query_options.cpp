#include "query_options.hpp"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <messagebus/domain/error.hpp>
#include <string>

#include "common_options.hpp"
#include "instant.hpp"

namespace messagebus::tool {
namespace {

constexpr auto group = "Filters (each narrows)";

timestamp instant_of(const std::string& option, const std::string& text, clock& clock) {
  if (const auto instant = parse_instant(text, clock.now())) return *instant;
  throw CLI::ValidationError(
      option, "'" + text +
                  "' is no instant; write it like 2025-12-22, 2025-12-22T10:11:12Z or 15m "
                  "(15 minutes ago; s, m, h and d)");
}

std::string version_fault(const std::string& text) {
  return text.starts_with('-') ? "expected 1 or more, found " + text : number_fault(text);
}

}  // namespace

void query_options::add_to(CLI::App& command, clock& clock) {
  add_positions(command);
  add_instants(command, clock);
  add_kinds(command);
}

const log_query& query_options::query() const {
  if (query_.up_to && query_.after > *query_.up_to) {
    throw usage_error("--after " + std::to_string(query_.after.value) + " and --up-to " +
                      std::to_string(query_.up_to->value) +
                      " leave nothing between them: give --up-to a position behind --after");
  }
  if (query_.from && query_.until && *query_.from > *query_.until) {
    throw usage_error("--from " + format_timestamp(*query_.from) + " and --until " +
                      format_timestamp(*query_.until) +
                      " leave nothing between them: give --until a later instant than --from");
  }
  return query_;
}

void query_options::add_positions(CLI::App& command) {
  command.add_option("--after", query_.after.value, "Only messages behind this position")
      ->check(number_fault)
      ->type_name("POSITION")
      ->group(group);
  command
      .add_option_function<std::int64_t>(
          "--up-to", [this](std::int64_t value) { query_.up_to = position{value}; },
          "Only messages up to and including this position")
      ->check(number_fault)
      ->type_name("POSITION")
      ->group(group);
}

void query_options::add_instants(CLI::App& command, clock& clock) {
  command
      .add_option_function<std::string>(
          "--from",
          [this, &clock](const std::string& text) {
            query_.from = instant_of("--from", text, clock);
          },
          "Only messages made at this instant or later: 2025-12-22, 2025-12-22T10:11:12Z, or 15m "
          "(that long ago; s, m, h, d)")
      ->type_name("INSTANT")
      ->group(group);
  command
      .add_option_function<std::string>(
          "--until",
          [this, &clock](const std::string& text) {
            query_.until = instant_of("--until", text, clock);
          },
          "Only messages made before this instant")
      ->type_name("INSTANT")
      ->group(group);
}

void query_options::add_kinds(CLI::App& command) {
  command
      .add_option("--name", query_.names,
                  "Only messages of this name; give it again for more names")
      ->type_size(1)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false)
      ->check(absence_fault("the name of a message, such as register_book"))
      ->type_name("NAME")
      ->group(group);
  command
      .add_option_function<int>(
          "--version",
          [this](int version) {
            if (version < 1) {
              throw CLI::ValidationError("--version",
                                         "expected 1 or more, found " + std::to_string(version));
            }
            query_.schema_version = version;
          },
          "Only messages of this schema version")
      ->check(version_fault)
      ->type_name("NUMBER")
      ->group(group);
  command
      .add_option_function<std::string>(
          "--kind",
          [this](const std::string& kind) {
            query_.kind = kind == "command" ? message_kind::command : message_kind::event;
          },
          "Only commands, or only events")
      ->check(CLI::IsMember({"command", "event"}))
      ->type_name("KIND")
      ->group(group);
  auto* const published = command.add_flag_callback(
      "--published", [this] { query_.published = true; }, "Only what is published");
  published->group(group);
  command
      .add_flag_callback(
          "--internal", [this] { query_.published = false; }, "Only what is not published")
      ->excludes(published)
      ->group(group);
  command
      .add_option_function<std::string>(
          "--correlation",
          [this](const std::string& text) {
            query_.correlation_id = uuid::parse(text);
            if (!query_.correlation_id) {
              throw CLI::ValidationError("--correlation", "'" + text + "' is no whole id");
            }
          },
          "Only messages of the chain with this correlation id")
      ->type_name("ID")
      ->group(group);
}

}  // namespace messagebus::tool
