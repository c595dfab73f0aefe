#include <CLI/CLI.hpp>
#include <boost/describe/class.hpp>
#include <memory>
#include <messagebus/codec/json.hpp>
#include <string>
#include <utility>

#include "commands.hpp"
#include "common_options.hpp"
#include "completion.hpp"
#include "message_writer.hpp"

namespace messagebus::tool {
namespace {

constexpr auto completion_examples =
    "  source <(messagebus completion bash)      # for this shell; in ~/.bashrc for all\n"
    "  messagebus completion bash > ~/.local/share/bash-completion/completions/messagebus\n"
    "  messagebus completion zsh > \"${fpath[1]}/_messagebus\"\n"
    "  messagebus completion fish > ~/.config/fish/completions/messagebus.fish";

// `WHEN:{auto,always,never}`: how CLI11 writes what a value has to be one of.
std::vector<std::string> choices_of(const std::string& type) {
  const auto begin = type.find('{');
  const auto end = type.find('}', begin);
  if (begin == std::string::npos || end == std::string::npos) return {};
  return CLI::detail::split(type.substr(begin + 1, end - begin - 1), ',');
}

described_option describe(const CLI::Option& option) {
  described_option described{.description = option.get_description()};
  const auto type = option.get_type_name();
  described.choices = choices_of(type);
  for (const auto& name : option.get_lnames()) described.names.push_back("--" + name);
  for (const auto& name : option.get_snames()) described.names.push_back("-" + name);
  if (option.get_items_expected_max() > 0) {
    described.value = type.substr(0, type.find(':'));
    described.is_file = described.value == "FILE";
  }
  return described;
}

described_option describe_argument(const CLI::Option& option) {
  auto described = describe(option);
  described.value = option.get_name(true);
  described.is_file = described.value == "LOCATION" || described.value == "FILE";
  return described;
}

struct script_record {
  std::string shell;
  std::string script;
};
BOOST_DESCRIBE_STRUCT(script_record, (), (shell, script))

struct completion_options {
  std::string shell;
  bool json = false;
};

std::string script_for(const std::string& shell, const std::vector<described_command>& commands) {
  if (shell == "zsh") return zsh_completion(commands);
  if (shell == "fish") return fish_completion(commands);
  return bash_completion(commands);
}

}  // namespace

std::vector<described_command> describe_commands(const CLI::App& app) {
  std::vector<described_command> commands;
  for (const auto* const subcommand : app.get_subcommands({})) {
    auto& described = commands.emplace_back(
        described_command{subcommand->get_name(), subcommand->get_description()});
    for (const auto* const option : subcommand->get_options()) {
      if (option->get_positional()) {
        described.arguments.push_back(describe_argument(*option));
      } else {
        described.options.push_back(describe(*option));
      }
    }
  }
  return commands;
}

void add_completion_command(CLI::App& app, command_line& line) {
  const auto asked = std::make_shared<completion_options>();
  auto& command = add_command(app, line, "completion",
                              "Print a script that completes this command in bash, zsh or fish",
                              completion_examples);
  command.add_option("SHELL", asked->shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("");
  add_json(command, asked->json, "one with the shell and the script");
  command.callback([asked, &app, &line] {
    line.command = [asked, &app](surroundings& around) {
      auto script = script_for(asked->shell, describe_commands(app));
      if (asked->json) {
        write_json_line(around, codec::encode(script_record{asked->shell, std::move(script)}));
      } else {
        around.out.write(script);
      }
      return exit_code::ok;
    };
  });
}

}  // namespace messagebus::tool
