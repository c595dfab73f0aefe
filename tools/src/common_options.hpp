#pragma once

#include <functional>
#include <string>

#include "command_line.hpp"
#include "location.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): theirs
class App;
}

namespace messagebus::tool {

/// A command of the command line, with its `--color`; `examples` stand at the end of its help.
CLI::App& add_command(CLI::App& app, command_line& line, const std::string& name,
                      const std::string& description, const std::string& examples);

/// LOCATION, and what is to be known about it.
void add_location(CLI::App& command, given_location& location);
/// What is wrong with the text of a count or a position; empty: nothing. CLI11 takes -1 for the
/// largest number there is, a larger one for that as well, and 010 for 8.
std::string number_fault(const std::string& text);
/// What is wrong with the text of what needs one, `wanted`; empty: nothing.
std::function<std::string(const std::string& text)> absence_fault(std::string wanted);
void add_json(CLI::App& command, bool& json, const std::string& what);

}  // namespace messagebus::tool
