#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <text_file.hpp>
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

using tests::read_text;
using tests::write_text;

}  // namespace messagebus::tool
