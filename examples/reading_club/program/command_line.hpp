#pragma once

#include <functional>
#include <reading_club/program/exit_code.hpp>
#include <variant>

namespace reading_club {

/// What the command line asks for: a command to run, or the exit code of one that has been answered
/// already (help, an error in the usage).
std::variant<std::function<exit_code()>, exit_code> read_command_line(int argc, char** argv);

}  // namespace reading_club
