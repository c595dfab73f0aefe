// Every rule of behaviour is proved by a test whose name begins with it, as in B1_…, or B1_B4_… for
// several.

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>

#include "source_tree.hpp"

namespace {

using tidiness::listed;
using tidiness::read;
using tidiness::sources;

struct rule {
  bool now = false;  ///< false: belongs to a part that is not built yet
  std::string text;
};

std::map<std::string, rule> rules() {
  static const std::regex line_of_rule{R"(([A-Z]\d+) +(now|later) +(\S.*))"};
  std::map<std::string, rule> rules;
  for (const auto& line : read("tests/rules.txt").lines) {
    if (line.empty() || line.starts_with('#')) {
      continue;
    }
    std::smatch match;
    if (!std::regex_match(line, match, line_of_rule)) {
      throw std::runtime_error{"tests/rules.txt: cannot make sense of: " + line};
    }
    rules.emplace(match[1], rule{.now = match[2] == "now", .text = match[3]});
  }
  return rules;
}

std::string whole_text(const tidiness::source_file& file) {
  std::string text;
  for (const auto& line : file.lines) {
    text += line + "\n";
  }
  return text;
}

/// The rules that names of tests begin with, each with a file where it does.
std::map<std::string, std::string> named_rules() {
  static const std::regex test{
      R"((?:TYPED_)?(?:TEST|TEST_F|TEST_P|RC_GTEST_PROP|RC_GTEST_FIXTURE_PROP))"
      R"(\(\s*\w+,\s*((?:[A-Z]\d+_)+))"};
  static const std::regex number{R"([A-Z]\d+)"};
  std::map<std::string, std::string> named;
  for (const auto& file : sources()) {
    const auto text = whole_text(file);
    for (std::sregex_iterator match{text.begin(), text.end(), test}, end; match != end; ++match) {
      const auto prefix = (*match)[1].str();
      for (std::sregex_iterator rule{prefix.begin(), prefix.end(), number}; rule != end; ++rule) {
        named.emplace(rule->str(), file.path.string());
      }
    }
  }
  return named;
}

TEST(rules, each_is_named_by_a_test) {
  const auto named = named_rules();
  std::vector<std::string> complaints;
  for (const auto& [name, rule] : rules()) {
    if (rule.now && !named.contains(name)) {
      complaints.push_back("no test names " + name + ": " + rule.text);
    }
  }
  EXPECT_TRUE(complaints.empty()) << listed(complaints);
}

TEST(rules, each_that_a_test_names_is_listed) {
  const auto known = rules();
  std::vector<std::string> complaints;
  for (const auto& [name, file] : named_rules()) {
    if (!known.contains(name)) {
      complaints.push_back(file + " names " + name + ", which tests/rules.txt does not list");
    }
  }
  EXPECT_TRUE(complaints.empty()) << listed(complaints);
}

}  // namespace
