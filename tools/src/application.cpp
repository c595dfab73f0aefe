#include "application.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <clocale>
#include <memory>
#include <sstream>
#include <string>

#include "command_line.hpp"
#include "commands.hpp"
#include "failures.hpp"
#include "help_layout.hpp"
#include "shown_text.hpp"
#include "stop_signals.hpp"

namespace messagebus::tool {
namespace {

constexpr auto footer =
    "Examples:\n"
    "  messagebus log club.db --last 20\n"
    "  messagebus follow club.db --kind event\n"
    "  messagebus show club.db 42\n"
    "  messagebus export club.db | messagebus import copy.db\n"
    "  messagebus COMMAND --help\n"
    "\n"
    "Exit codes: 0 done; 1 verify found something, or show found no message or more than one;\n"
    "2 the command line is wrong; 3 the location cannot be opened, read or written; 4 import\n"
    "refused a line; 5 a file or standard output cannot be read or written; 70 a fault of this\n"
    "program; 128 + N ended by signal N (130: Ctrl-C), though follow ends with 0; 141 nobody "
    "reads\n"
    "the output any more.\n"
    "Colours: --color auto|always|never, NO_COLOR, CLICOLOR_FORCE.";

void say(output& err, const std::string& sentence) {
  if (sentence.empty()) return;
  err.text() += "messagebus: " + sentence + "\n";
  err.flush();
}

std::string command_of(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? "messagebus" : "messagebus " + chosen.front()->get_name();
}

void add_commands(CLI::App& app, command_line& line) {
  add_log_command(app, line);
  add_follow_command(app, line);
  add_show_command(app, line);
  add_stats_command(app, line);
  add_verify_command(app, line);
  add_export_command(app, line);
  add_import_command(app, line);
  add_completion_command(app, line);
}

// Where standard input or output is closed, the next file that is opened would take its place. What
// stands there instead can be opened, but not used for what it is there for.
void occupy_closed_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // NOLINTBEGIN(cppcoreguidelines-pro-type-vararg): this is how the system is asked
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    // NOLINTEND(cppcoreguidelines-pro-type-vararg)
  }
}

// What is wrong with the command line, and where to read on.
std::string complaint(const CLI::App& app, const CLI::ParseError& wrong, int argc,
                      const char* const* argv) {
  std::string what = wrong.what();
  const std::string first = argc > 1 ? argv[1] : "";
  if (app.get_subcommands().empty()) {
    const bool is_missing = dynamic_cast<const CLI::RequiredError*>(&wrong) != nullptr;
    if (!first.empty() && !first.starts_with('-')) {
      what = "there is no command '" + first + "'";
    } else if (is_missing || first.empty()) {
      what = "a command is missing";
    }
  } else if (first != app.get_subcommands().front()->get_name()) {
    what = "the command comes first, before '" + first + "'";
  }
  return shown(what) + "; '" + command_of(app) + " --help' tells more";
}

// Errors: `CLI::ParseError`, also when help is what was asked for.
void parse(CLI::App& app, int argc, const char* const* argv) {
  app.set_version_flag("--version", std::string("messagebus " MESSAGEBUS_VERSION));
  app.require_subcommand(1);
  app.footer(footer);
  app.parse(argc, argv);
}

exit_code finish(const command_line& line, const stop_signals& signals, exit_code code) {
  if (code != exit_code::interrupted) return code;
  if (signals.is_output_gone()) return exit_code::broken_pipe;
  if (line.is_ended_by_signal) return exit_code::ok;
  return static_cast<exit_code>(128 + signals.signal());
}

exit_code run(const command_line& line, output& out, output& err) {
  stop_signals signals;
  surroundings around{.out = out,
                      .out_screen = screen_of(STDOUT_FILENO, line.colors),
                      .err = err,
                      .err_screen = screen_of(STDERR_FILENO, line.colors),
                      .stop = signals.token()};
  const auto code = line.command(around);
  out.flush();
  err.flush();
  return finish(line, signals, code);
}

exit_code run_safely(const command_line& line, output& out, output& err) {
  try {
    return run(line, out, err);
  } catch (const std::exception& error) {
    const auto failure = explain(error);
    try {
      out.flush();  // what was read before it went wrong
    } catch (const std::exception&) {
      if (failure.sentence.empty()) return failure.code;
    }
    say(err, failure.sentence);
    return failure.code;
  }
}

// What `--help` and `--version` print. Errors: as for a command.
int print_asked(const CLI::App& app, const CLI::Success& asked, command_line& line, output& out,
                output& err) {
  std::ostringstream text;
  app.exit(asked, text, text);
  line.command = [&text](surroundings& around) {
    around.out.text() += text.str();
    return exit_code::ok;
  };
  return to_int(run_safely(line, out, err));
}

}  // namespace

int run_application(int argc, const char* const* argv) {
  occupy_closed_descriptors();
  std::setlocale(LC_CTYPE, "C.UTF-8");  // NOLINT(concurrency-mt-unsafe): the only thread yet
  output out(STDOUT_FILENO, "standard output");
  output err(STDERR_FILENO, "standard error");
  CLI::App app("Looks at the log of messages that an application keeps with messagebus.",
               "messagebus");
  app.formatter(std::make_shared<help_layout>());
  command_line line;
  add_commands(app, line);
  try {
    parse(app, argc, argv);
    return to_int(run_safely(line, out, err));
  } catch (const CLI::Success& asked) {
    return print_asked(app, asked, line, out, err);
  } catch (const CLI::ParseError& wrong) {
    say(err, complaint(app, wrong, argc, argv));
    return to_int(exit_code::usage);
  } catch (const std::exception&) {
    return to_int(exit_code::file);  // not even standard error can be written
  }
}

}  // namespace messagebus::tool
