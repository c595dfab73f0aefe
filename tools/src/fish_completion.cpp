#include <fmt/format.h>

#include "completion.hpp"

namespace messagebus::tool {
namespace {

std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string value_of(const described_option& option) {
  if (option.is_file) return " --force-files";
  if (option.choices.empty()) return "";
  return fmt::format(" --arguments {}",
                     in_quotes(fmt::format("{}", fmt::join(option.choices, " "))));
}

void append_option(std::string& out, const std::string& condition, const described_option& option) {
  out += fmt::format("complete --command messagebus --condition {}", in_quotes(condition));
  for (const auto& name : option.names) {
    const bool is_long = name.starts_with("--");
    out += fmt::format(" {} {}", is_long ? "--long-option" : "--short-option",
                       name.substr(is_long ? 2 : 1));
  }
  if (!option.value.empty()) {
    out += option.is_file ? " --require-parameter" : " --exclusive";
    out += value_of(option);
  }
  out += fmt::format(" --description {}\n", in_quotes(option.description));
}

}  // namespace

std::string fish_completion(const std::vector<described_command>& commands) {
  std::string out =
      "# Completes messagebus in fish: messagebus completion fish >\n"
      "# ~/.config/fish/completions/messagebus.fish\n"
      "complete --command messagebus --no-files\n"
      "complete --command messagebus --condition __fish_use_subcommand --long-option version "
      "--description 'Tell the version'\n"
      "complete --command messagebus --long-option help --short-option h --description 'Tell how "
      "it is used'\n";
  for (const auto& command : commands) {
    const auto condition = "__fish_seen_subcommand_from " + command.name;
    out += fmt::format(
        "complete --command messagebus --condition __fish_use_subcommand --arguments {} "
        "--description {}\n",
        command.name, in_quotes(command.description));
    for (const auto& option : command.options) append_option(out, condition, option);
    for (const auto& argument : command.arguments) {
      out += fmt::format("complete --command messagebus --condition {}{}\n", in_quotes(condition),
                         value_of(argument));
    }
  }
  return out;
}

}  // namespace messagebus::tool
