#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace messagebus::tool {

/// What a program did.
struct program_result {
  std::string out;
  std::string err;
  /// As a shell gives it: 128 + N when signal N ended the program.
  int exit_code = -1;
};

struct program_input {
  std::string input = {};
  std::map<std::string, std::string> environment = {};
  std::filesystem::path folder = {};
};

/// Runs the command `messagebus` that was built with these tests, to its end.
program_result run_messagebus(const std::vector<std::string>& arguments,
                              const program_input& input = {});

/// Runs a line of shell in which `$messagebus` is the command.
program_result run_shell(const std::string& line, const program_input& input = {});

std::string read_text(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, const std::string& text);

}  // namespace messagebus::tool
