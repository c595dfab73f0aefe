#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): theirs
class App;
}

namespace messagebus::tool {

/// What completion knows of an option, or of an argument by its place.
struct described_option {
  /// `--output`, `-o`; empty for an argument by its place.
  std::vector<std::string> names = {};
  std::string description = {};
  /// What it takes: `FILE`; empty for a flag.
  std::string value = {};
  /// The values that there are; empty when they cannot be listed.
  std::vector<std::string> choices = {};
  bool is_file = false;
};

struct described_command {
  std::string name;
  std::string description;
  std::vector<described_option> options = {};
  std::vector<described_option> arguments = {};
};

/// All commands of the command line, as the parser knows them, so that completion cannot differ.
std::vector<described_command> describe_commands(const CLI::App& app);

std::string bash_completion(const std::vector<described_command>& commands);
std::string zsh_completion(const std::vector<described_command>& commands);
std::string fish_completion(const std::vector<described_command>& commands);

}  // namespace messagebus::tool
