#include "show_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <limits>
#include <memory>
#include <messagebus/async/sync_wait.hpp>

#include "causation_tree.hpp"
#include "commands.hpp"
#include "common_options.hpp"
#include "location.hpp"
#include "message_details.hpp"
#include "message_lines.hpp"
#include "message_record.hpp"
#include "message_reference.hpp"
#include "message_writer.hpp"
#include "shown_text.hpp"
#include "tree_lines.hpp"

namespace messagebus::tool {
namespace {

constexpr std::size_t messages_drawn_max = 60;

constexpr auto show_examples =
    "  messagebus show club.db 42\n"
    "  messagebus show club.db 0198c0de…f3a2\n"
    "  messagebus show club.db 0198c0de-7b1a-7000-8000-0123456789ab --json | jq .message.payload\n"
    "\n"
    "The message may be named by its id, the beginning of its id, the short id that log prints, "
    "or\n"
    "its position (a number that does not begin with 0). With --json, each message of the tree is\n"
    "an object: depth, asked (true for the one that was asked for), message.\n"
    "Exit code 1: no message is meant, or more than one.";

void report_none(const show_view& view, surroundings& around) {
  around.err.write("messagebus: " + shown(view.location) + " has no message " +
                   shown(view.reference) + "; 'messagebus log' lists what it has\n");
}

void report_candidates(const std::vector<recorded_message>& found, const show_view& view,
                       surroundings& around) {
  auto& text = around.err.text();
  const bool are_more = found.size() == message_reference::candidates_max;
  const auto shown_count = are_more ? found.size() - 1 : found.size();
  fmt::format_to(std::back_inserter(text),
                 "messagebus: {} means {}{} messages of {}; name one by its position or its id:\n",
                 shown(view.reference), are_more ? "more than " : "", shown_count,
                 shown(view.location));
  for (std::size_t i = 0; i < shown_count; ++i) {
    fmt::format_to(std::back_inserter(text), "{:>6}  {}  ", found[i].position.value,
                   found[i].message_id.to_string());
    append_type(text, found[i], palette(around.err_screen.has_colors));
    text += '\n';
  }
}

void write_json_tree(message_log& log, const causation_tree& tree, surroundings& around) {
  std::vector<std::size_t> depths(tree.nodes.size());
  std::vector<std::size_t> order(tree.nodes.size());
  for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
    order[i] = i;
    if (const auto cause = tree.nodes[i].cause) depths[i] = depths[*cause] + 1;
  }
  std::ranges::sort(order, {}, [&](std::size_t i) { return tree.nodes[i].message.position; });
  std::string line;
  for (const auto i : order) {
    if (around.stop.stop_requested()) return;
    const auto message = sync_wait(log.find(tree.nodes[i].message.message_id));
    if (!message) continue;
    line = fmt::format(R"({{"depth":{},"asked":{},"message":)", depths[i], i == tree.asked);
    append_record(line, *message);
    line += '}';
    write_json_line(around, line);
  }
  if (!tree.is_cut) return;
  around.err.write(
      fmt::format("messagebus: the tree has more than {} messages, and the others are left out: "
                  "--all writes all of them\n",
                  tree.nodes.size()));
}

void write_tree(const causation_tree& tree, const show_view& view, surroundings& around) {
  const auto count = view.all ? tree.nodes.size() : messages_drawn_max;
  const auto choice = choose_nodes(tree, count);
  auto& text = around.out.text();
  append_tree(text, tree, choice, around.colors());
  if (tree.nodes.size() <= count && !tree.is_cut) return;
  text += '\n';
  around.colors().paint(
      text, role::faint,
      fmt::format("{} of {}{} messages are drawn: --all draws all of them, and\n"
                  "messagebus log {} --correlation {} lists them.\n",
                  std::min(count, tree.nodes.size()), tree.is_cut ? "more than " : "",
                  tree.nodes.size(), shown(view.location),
                  tree.nodes[tree.asked].message.correlation_id.to_string()));
}

struct show_options {
  given_location location;
  show_view view;
};

}  // namespace

void add_show_command(CLI::App& app, command_line& line) {
  const auto asked = std::make_shared<show_options>();
  auto& command =
      add_command(app, line, "show", "Show one message, with the tree of its causes and effects",
                  show_examples);
  add_location(command, asked->location);
  command.add_option("MESSAGE", asked->view.reference, "Which message: id, short id or position")
      ->required()
      ->type_name("");
  command.add_flag("--all", asked->view.all, "Draw the whole tree, however large");
  add_json(command, asked->view.json, "the messages of the tree");
  command.callback([asked, &line] {
    line.command = [asked](surroundings& around) {
      const auto opened = open_to_read(asked->location);
      asked->view.location = opened->location();
      return show_message(opened->log(), asked->view, around);
    };
  });
}

exit_code show_message(message_log& log, const show_view& view, surroundings& around) {
  const auto found = message_reference(view.reference).find(log, around);
  if (around.stop.stop_requested()) return exit_code::interrupted;
  if (found.empty()) {
    report_none(view, around);
    return exit_code::found;
  }
  if (found.size() > 1) {
    report_candidates(found, view, around);
    return exit_code::found;
  }
  const auto& message = found.front();
  const auto read_max = view.all ? std::numeric_limits<std::size_t>::max() : view.messages_read_max;
  const auto tree = read_causation_tree(log, message, read_max, around.stop);
  if (view.json) {
    write_json_tree(log, tree, around);
  } else {
    append_details(around.out.text(), message, around.colors());
    around.out.text() += '\n';
    write_tree(tree, view, around);
  }
  return around.stop.stop_requested() ? exit_code::interrupted : exit_code::ok;
}

}  // namespace messagebus::tool
