#include <fmt/format.h>
#include <fmt/ranges.h>

#include "completion.hpp"

// Options, commands and choices are words of letters and hyphens: they need no quotes in a shell.

namespace messagebus::tool {
namespace {

constexpr auto beginning = R"(# Completes messagebus in bash: source <(messagebus completion bash)
_messagebus() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command= word
  # bash takes --option=value for three words.
  [[ $previous != '=' ]] || previous=${COMP_WORDS[COMP_CWORD - 2]}
  [[ $current != '=' ]] || { previous=${COMP_WORDS[COMP_CWORD - 1]}; current=; }
  for word in "${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
    case $word in
)";

constexpr auto ending = R"(
complete -F _messagebus messagebus
)";

std::vector<std::string> names_of(const std::vector<described_command>& commands) {
  std::vector<std::string> names;
  names.reserve(commands.size());
  for (const auto& command : commands) names.push_back(command.name);
  return names;
}

std::string words(const std::vector<std::string>& choices) {
  return fmt::format("mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$current\")",
                     fmt::join(choices, " "));
}

constexpr auto files =
    "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$current\")";

std::string action_for(const described_option& option) {
  if (!option.choices.empty()) return words(option.choices);
  return option.is_file ? files : "COMPREPLY=()";
}

// What follows an option that takes a value.
void append_values(std::string& out, const described_command& command) {
  for (const auto& option : command.options) {
    if (option.value.empty()) continue;
    std::vector<std::string> patterns;
    patterns.reserve(option.names.size());
    for (const auto& name : option.names) patterns.push_back(command.name + "/" + name);
    out += fmt::format("    {}) {}; return ;;\n", fmt::join(patterns, " | "), action_for(option));
  }
}

void append_options(std::string& out, const described_command& command) {
  std::vector<std::string> names;
  for (const auto& option : command.options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  out += fmt::format("    {}/-*) {} ;;\n", command.name, words(names));
}

// Arguments of one command are all files, or all of the same choices.
void append_arguments(std::string& out, const described_command& command) {
  if (command.arguments.empty()) return;
  out += fmt::format("    {}/*) {} ;;\n", command.name, action_for(command.arguments.front()));
}

}  // namespace

std::string bash_completion(const std::vector<described_command>& commands) {
  const auto names = names_of(commands);
  std::string out = beginning;
  out +=
      fmt::format("      {}) command=$word; break ;;\n    esac\n  done\n", fmt::join(names, " | "));
  out += "  case $command/$previous in\n";
  for (const auto& command : commands) append_values(out, command);
  out += "  esac\n  case $command/$current in\n";
  for (const auto& command : commands) {
    append_options(out, command);
    append_arguments(out, command);
  }
  out += fmt::format("    /-*) {} ;;\n", words({"--help", "--version"}));
  out += fmt::format("    /*) {} ;;\n  esac\n}}", words(names));
  return out + ending;
}

}  // namespace messagebus::tool
