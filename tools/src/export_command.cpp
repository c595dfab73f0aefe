#include "export_command.hpp"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <messagebus/domain/error.hpp>
#include <system_error>

#include "commands.hpp"
#include "common_options.hpp"
#include "location.hpp"
#include "log_walk.hpp"
#include "message_writer.hpp"
#include "query_options.hpp"
#include "whole_file.hpp"

namespace messagebus::tool {
namespace {

constexpr auto export_examples =
    "  messagebus export club.db --output club.jsonl\n"
    "  messagebus export club.db | gzip > club.jsonl.gz\n"
    "  messagebus export club.db --after 1200 | messagebus import copy.db\n"
    "\n"
    "Writes one JSON object a line, in order, with every field that the log keeps; payload and\n"
    "metadata come back byte for byte when they are imported. What others add meanwhile is left\n"
    "out. A file is there whole or not at all. docs/tool.md describes the fields.";

struct export_options {
  given_location location;
  bool json = true;
  query_options filters;
  export_view view;
};

bool is_standard_output(const export_view& view) {
  return view.file.empty() || view.file == "-";
}

exit_code write_all(message_log& log, const log_query& query, surroundings& around) {
  message_writer writer(log, {.json = true}, {}, around);
  const bool is_whole =
      walk_log(log, query, "exporting", around,
               [&](std::span<const recorded_message> messages) { writer.write(messages); });
  return is_whole ? exit_code::ok : exit_code::interrupted;
}

std::filesystem::path file_itself(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::weakly_canonical(std::filesystem::absolute(path, ignored), ignored);
}

void refuse_the_log_itself(const export_options& asked) {
  std::error_code ignored;
  if (is_standard_output(asked.view)) return;
  if (std::filesystem::equivalent(asked.location.text, asked.view.file, ignored)) {
    throw usage_error(asked.view.file + " is the log itself; give --output another file");
  }
  const auto written = file_itself(asked.view.file);
  // Whatever stands in one of these, there or not, SQLite takes for its own.
  const auto log = file_itself(asked.location.text).string();
  for (const char* const suffix : {"-wal", "-shm", "-journal"}) {
    if (written != log + suffix) continue;
    throw usage_error(asked.view.file +
                      " is a file that SQLite keeps beside the log; give --output another file");
  }
}

}  // namespace

void add_export_command(CLI::App& app, command_line& line) {
  const auto asked = std::make_shared<export_options>();
  auto& command = add_command(app, line, "export", "Write the messages of a log as JSON lines",
                              export_examples);
  add_location(command, asked->location);
  command
      .add_option("--output,-o", asked->view.file, "Write to FILE instead of standard output (-)")
      ->check(absence_fault("the name of a file, or - for standard output"))
      ->type_name("FILE");
  command.add_flag("--force", asked->view.replaces, "Replace FILE when it is there already");
  add_json(command, asked->json, "what it writes without that, too");
  asked->filters.add_to(command);
  command.callback([asked, &line] {
    line.command = [asked](surroundings& around) {
      refuse_the_log_itself(*asked);
      const auto opened = open_to_read(asked->location);
      return export_log(opened->log(), asked->filters.query(), asked->view, around);
    };
  });
}

exit_code export_log(message_log& log, const log_query& query, const export_view& view,
                     surroundings& around) {
  if (is_standard_output(view)) {
    // Lines that run over the screen would tear the bar to pieces.
    auto quiet = around;
    if (around.out_screen.is_terminal) quiet.err_screen.is_terminal = false;
    return write_all(log, query, quiet);
  }
  whole_file file(view.file, view.replaces);
  output into_file(file.descriptor(), view.file);
  surroundings there{.out = into_file,
                     .out_screen = {},
                     .err = around.err,
                     .err_screen = around.err_screen,
                     .stop = around.stop};
  const auto code = write_all(log, query, there);
  if (code != exit_code::ok) return code;
  into_file.flush();
  file.keep();
  return code;
}

}  // namespace messagebus::tool
