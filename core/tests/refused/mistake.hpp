#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <set>
#include <string>
#include <string_view>

// What must not compile, and the sentence that the compiler says then. Each mistake stands beside
// the same program without it, which compiles: so nothing is refused for another reason.
namespace messagebus::refused_test {

struct compilation {
  bool succeeded = false;
  std::string output;
};

/// Checks the program, behind the prelude, with the compiler that these tests were built with.
inline compilation compile(const std::string& program) {
  const std::string command =
      std::string("printf '%s' '") + program + "' | " MESSAGEBUS_TEST_COMPILE " -x c++ - 2>&1";
  std::FILE* const pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {.succeeded = false, .output = "cannot start the compiler"};
  compilation result;
  std::array<char, 4096> read{};
  while (const std::size_t bytes = std::fread(read.data(), 1, read.size(), pipe)) {
    result.output.append(read.data(), bytes);
  }
  result.succeeded = pclose(pipe) == 0;
  return result;
}

/// `program` with every `@` replaced.
inline std::string with(std::string_view program, std::string_view replacement) {
  std::string text;
  for (const char c : program) {
    if (c == '@') {
      text += replacement;
    } else {
      text += c;
    }
  }
  return text;
}

struct mistake {
  /// The place of the mistake is `@`; no single quotes.
  std::string_view program;
  std::string_view right;
  std::string_view wrong;
  std::string_view sentence;
};

inline void expect_accepted(const std::string& program) {
  static std::set<std::string> accepted;
  if (!accepted.insert(program).second) return;
  const compilation result = compile(program);
  EXPECT_TRUE(result.succeeded) << program << "\n" << result.output;
}

inline void expect_refused(const mistake& made) {
  expect_accepted(with(made.program, made.right));
  const compilation wrong = compile(with(made.program, made.wrong));
  EXPECT_FALSE(wrong.succeeded) << made.wrong << " was taken for right";
  EXPECT_NE(wrong.output.find(made.sentence), std::string::npos)
      << made.wrong << " is to be answered by: " << made.sentence << "\n"
      << wrong.output;
}

}  // namespace messagebus::refused_test
