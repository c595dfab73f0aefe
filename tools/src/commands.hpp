#pragma once

namespace CLI {  // NOLINT(readability-identifier-naming): theirs
class App;
}

namespace messagebus::tool {

struct command_line;

// Each adds its command to the command line; parsing puts the command that was asked for there.

void add_log_command(CLI::App& app, command_line& line);
void add_follow_command(CLI::App& app, command_line& line);
void add_show_command(CLI::App& app, command_line& line);
void add_stats_command(CLI::App& app, command_line& line);
void add_verify_command(CLI::App& app, command_line& line);
void add_export_command(CLI::App& app, command_line& line);
void add_import_command(CLI::App& app, command_line& line);
/// After the others, which it describes.
void add_completion_command(CLI::App& app, command_line& line);

}  // namespace messagebus::tool
