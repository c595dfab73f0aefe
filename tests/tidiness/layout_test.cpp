// The measures of a file that a reader can hold in mind.

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "source_tree.hpp"

namespace {

using tidiness::listed;
using tidiness::source_file;
using tidiness::sources;

constexpr std::size_t file_lines_max = 400;
constexpr std::size_t line_columns_max = 100;
constexpr std::size_t function_lines_max = 70;

/// Characters, not bytes: what continues a UTF-8 character does not count.
std::size_t columns(const std::string& line) {
  return static_cast<std::size_t>(std::ranges::count_if(
      line, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

std::size_t indentation(const std::string& line) {
  return line.find_first_not_of(' ');
}

/// Whether a body begins at the end of this line that belongs to a function or lambda. The sources
/// are laid out by clang-format, so that lines can be trusted to show it.
bool opens_function(const std::string& line) {
  static const std::regex other{R"(^\s*\}?\s*(if|else|for|while|switch|do|try|catch|case|default|)"
                                R"(namespace|class|struct|union|enum|extern)\b.*)"};
  return line.ends_with("{") && line.find(')') != std::string::npos &&
         !std::regex_match(line, other);
}

/// The line that closes the body which `open` begins: the next `}` no deeper than it.
std::size_t closing_line(const source_file& file, std::size_t open) {
  auto close = open + 1;
  while (close < file.lines.size() &&
         !(file.lines[close].find('}') == indentation(file.lines[close]) &&
           indentation(file.lines[close]) <= indentation(file.lines[open]))) {
    ++close;
  }
  return close;
}

TEST(layout, files_are_short) {
  std::vector<std::string> complaints;
  for (const auto& file : sources()) {
    if (file.lines.size() > file_lines_max) {
      complaints.push_back(file.at(file.lines.size(), "more than 400 lines"));
    }
  }
  EXPECT_TRUE(complaints.empty()) << listed(complaints);
}

TEST(layout, lines_are_short) {
  std::vector<std::string> complaints;
  for (const auto& file : sources()) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (columns(file.lines[i]) > line_columns_max) {
        complaints.push_back(file.at(i + 1, "more than 100 columns"));
      }
    }
  }
  EXPECT_TRUE(complaints.empty()) << listed(complaints);
}

TEST(layout, functions_are_short) {
  std::vector<std::string> complaints;
  for (const auto& file : sources()) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (opens_function(file.lines[i]) && closing_line(file, i) - i >= function_lines_max) {
        complaints.push_back(file.at(i + 1, "a function of 70 lines or more"));
      }
    }
  }
  EXPECT_TRUE(complaints.empty()) << listed(complaints);
}

TEST(layout, headers_are_read_once) {
  std::vector<std::string> complaints;
  for (const auto& file : sources()) {
    if (file.path.extension() == ".hpp" &&
        std::ranges::find(file.lines, "#pragma once") == file.lines.end()) {
      complaints.push_back(file.at(1, "no #pragma once"));
    }
  }
  EXPECT_TRUE(complaints.empty()) << listed(complaints);
}

TEST(layout, nothing_is_left_for_later) {
  static const std::regex left{R"(.*\b(TO[D]O|FIX[M]E|X[X]X)\b.*)"};
  std::vector<std::string> complaints;
  for (const auto& file : sources()) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (std::regex_match(file.lines[i], left)) {
        complaints.push_back(file.at(i + 1, "left for later"));
      }
    }
  }
  EXPECT_TRUE(complaints.empty()) << listed(complaints);
}

}  // namespace
