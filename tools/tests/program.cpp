#include "program.hpp"

#include <sys/wait.h>

#include <cstdlib>
#include <temporary_folder.hpp>

namespace messagebus::tool {
namespace {

// Single quotes keep everything but themselves.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result + "'";
}

}  // namespace

program_result run_messagebus(const std::vector<std::string>& arguments,
                              const program_input& input) {
  std::string line = "exec \"$messagebus\"";
  for (const auto& argument : arguments) line += " " + quoted(argument);
  return run_shell(line, input);
}

program_result run_shell(const std::string& line, const program_input& input) {
  const tests::temporary_folder folder;
  write_text(folder / "in", input.input);
  std::string before = "export LC_ALL=C messagebus=" + quoted(MESSAGEBUS_PROGRAM) +
                       "; unset NO_COLOR CLICOLOR_FORCE; ";
  if (!input.folder.empty()) before += "cd " + quoted(input.folder.string()) + "; ";
  for (const auto& [name, value] : input.environment) {
    before += "export " + name + "=" + quoted(value) + "; ";
  }
  write_text(folder / "script", before + line + "\n");
  // A test that waits for what does not come fails rather than stands still.
  const auto whole = "timeout 120 bash " + quoted(folder / "script") + " <" +
                     quoted(folder / "in") + " >" + quoted(folder / "out") + " 2>" +
                     quoted(folder / "err");
  const int status = std::system(whole.c_str());
  return {.out = read_text(folder / "out"),
          .err = read_text(folder / "err"),
          .exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)};
}

}  // namespace messagebus::tool
