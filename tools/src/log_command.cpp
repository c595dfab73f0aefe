#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <memory>
#include <messagebus/async/sync_wait.hpp>
#include <stop_token>
#include <string>

#include "commands.hpp"
#include "common_options.hpp"
#include "location.hpp"
#include "log_command.hpp"
#include "message_writer.hpp"
#include "query_options.hpp"

namespace messagebus::tool {
namespace {

constexpr auto log_examples =
    "  messagebus log club.db --last 20\n"
    "  messagebus log club.db --from 15m --name book_registered --payload\n"
    "  messagebus log club.db --correlation 0198c0de-7b1a-7000-8000-0123456789ab\n"
    "  messagebus log club.db --kind event --published --json | jq .payload\n"
    "\n"
    "A line shows position, time (UTC), name and version, ↗ when published, the short id, and\n"
    "behind ⟵ the position of the message whose handler raised it; (outside): nobody here did.";

struct log_options {
  given_location location;
  query_options filters;
  log_view view;
};

}  // namespace

void add_log_command(CLI::App& app, command_line& line) {
  const auto asked = std::make_shared<log_options>();
  auto& command =
      add_command(app, line, "log", "Show the messages of a log in order", log_examples);
  add_location(command, asked->location);
  auto* const first = command.add_option_function<std::uint64_t>(
      "--first", [asked](std::uint64_t count) { asked->view.first = count; },
      "Only the first COUNT messages that match");
  first->check(number_fault)->type_name("COUNT");
  command
      .add_option_function<std::uint64_t>(
          "--last", [asked](std::uint64_t count) { asked->view.last = count; },
          "Only the last COUNT messages that match")
      ->check(number_fault)
      ->type_name("COUNT")
      ->excludes(first);
  command.add_flag("--payload", asked->view.with_payload, "Show payloads too");
  add_json(command, asked->view.json, "all that the log keeps, as export writes it");
  asked->filters.add_to(command);
  command.callback([asked, &line] {
    line.command = [asked](surroundings& around) {
      const auto opened = open_to_read(asked->location);
      return show_log(opened->log(), asked->filters.query(), asked->view, around);
    };
  });
}

exit_code show_log(message_log& log, log_query query, const log_view& view, surroundings& around) {
  const auto last = sync_wait(log.last_position());
  // What comes meanwhile may be held up by a transaction that does not end.
  query.up_to = std::min(query.up_to.value_or(last), last);
  if (view.last) start_at_last(log, query, *view.last, last, around.stop);
  auto left = view.last ? view.last : view.first;
  message_writer writer(log, {.json = view.json, .with_payload = view.with_payload}, last, around);
  log_page page;
  while (!left || *left > 0) {
    if (around.stop.stop_requested()) return exit_code::interrupted;
    sync_wait(log.read_page(query, page));
    auto messages = page.messages();
    if (left) messages = messages.first(std::min<std::size_t>(*left, messages.size()));
    writer.write(messages);
    if (left) *left -= messages.size();
    if (page.is_last()) break;
    query.after = page.read_to();
  }
  return exit_code::ok;
}

void start_at_last(message_log& log, log_query& query, std::uint64_t count, position newest,
                   const std::stop_token& stop) {
  if (count == 0) return;
  log_query backwards = query;
  backwards.order = log_order::newest_first;
  backwards.up_to = std::min(query.up_to.value_or(newest), newest);
  log_page page;
  while (!stop.stop_requested()) {
    sync_wait(log.read_page(backwards, page));
    const auto messages = page.messages();
    if (messages.size() >= count) {
      query.after = position{messages[count - 1].position.value - 1};
      return;
    }
    count -= messages.size();
    if (page.is_last()) return;
    backwards.up_to = position{page.read_to().value - 1};
  }
}

}  // namespace messagebus::tool
