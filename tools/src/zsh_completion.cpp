#include <fmt/format.h>

#include "completion.hpp"

namespace messagebus::tool {
namespace {

// Text inside single quotes and inside [brackets] of _arguments.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
      continue;
    }
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string action_for(const described_option& option) {
  if (option.is_file) return "_files";
  return option.choices.empty() ? " " : fmt::format("({})", fmt::join(option.choices, " "));
}

std::string specification(const described_option& option, const std::string& name) {
  // With a star, an option may be given again, as --name may.
  auto text =
      fmt::format("'*{}{}[{}]", name, option.value.empty() || !name.starts_with("--") ? "" : "=",
                  escaped(option.description));
  if (!option.value.empty()) {
    text += fmt::format(":{}:{}", escaped(option.value), action_for(option));
  }
  return text + "'";
}

void append_command(std::string& out, const described_command& command) {
  out += fmt::format("        {})\n          _arguments \\\n", command.name);
  for (const auto& option : command.options) {
    for (const auto& name : option.names) {
      out += fmt::format("            {} \\\n", specification(option, name));
    }
  }
  for (const auto& argument : command.arguments) {
    out += fmt::format("            ':{}:{}' \\\n", escaped(argument.value), action_for(argument));
  }
  out += "            && return 0\n          ;;\n";
}

}  // namespace

std::string zsh_completion(const std::vector<described_command>& commands) {
  std::string out =
      "#compdef messagebus\n"
      "# Completes messagebus in zsh: messagebus completion zsh > \"${fpath[1]}/_messagebus\"\n"
      "_messagebus() {\n"
      "  local context state state_descr line\n"
      "  typeset -A opt_args\n"
      "  local -a commands=(\n";
  for (const auto& command : commands) {
    out += fmt::format("    '{}:{}'\n", command.name, escaped(command.description));
  }
  out +=
      "  )\n"
      "  _arguments -C '(- *)--help[Tell how it is used]' '(- *)--version[Tell the version]' \\\n"
      "    '1:command:->command' '*::argument:->argument' && return 0\n"
      "  case $state in\n"
      "    command) _describe command commands ;;\n"
      "    argument)\n"
      "      case ${line[1]} in\n";
  for (const auto& command : commands) append_command(out, command);
  out +=
      "      esac\n"
      "      ;;\n"
      "  esac\n"
      "}\n"
      "if [[ ${funcstack[1]} == _messagebus ]]; then\n"
      "  _messagebus \"$@\"\n"
      "else\n"
      "  compdef _messagebus messagebus\n"
      "fi\n";
  return out;
}

}  // namespace messagebus::tool
