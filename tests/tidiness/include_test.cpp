// Includes go one way: adapters to the core, tools and examples to both, and inside the core from
// service to ports to domain. Never sideways between adapters, never from the core outward.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <set>

#include "source_tree.hpp"

namespace {

namespace fs = std::filesystem;
using tidiness::listed;
using tidiness::source_file;
using tidiness::sources;

/// "core", "adapters/sqlite", "testing", "tools", …: the folder that a file belongs to.
std::string module_of(const fs::path& path) {
  auto part = path.begin();
  const auto first = part->string();
  return first == "adapters" || first == "examples" ? first + "/" + std::next(part)->string()
                                                    : first;
}

bool has_folder(const fs::path& path, const char* folder) {
  return std::ranges::find(path, fs::path{folder}) != path.end();
}

bool is_public(const source_file& file) {
  return file.path.extension() == ".hpp" && has_folder(file.path, "include");
}

/// What comes after `include/` in the path of a public header: how it is included.
std::string name_of_header(const fs::path& path) {
  const auto folder = std::ranges::find(path, fs::path{"include"});
  fs::path name;
  for (auto part = std::next(folder); part != path.end(); ++part) {
    name /= *part;
  }
  return name.generic_string();
}

/// Which module a public header belongs to, by the name it is included with.
const std::map<std::string, std::string>& owners() {
  static const auto found = [] {
    std::map<std::string, std::string> owners;
    for (const auto& file : sources()) {
      if (is_public(file)) {
        owners.emplace(name_of_header(file.path), module_of(file.path));
      }
    }
    return owners;
  }();
  return found;
}

/// What a module may include of the others'. Nothing said: everything.
std::optional<std::set<std::string>> allowed_modules(const source_file& file) {
  const auto module = module_of(file.path);
  const bool test = has_folder(file.path, "tests") || has_folder(file.path, "fuzz");
  if (module == "core" || module.starts_with("adapters/") || module == "testing") {
    std::set<std::string> allowed{module, "core"};
    if (test || module == "testing") {
      allowed.insert({"testing", "adapters/memory"});
    }
    return allowed;
  }
  return std::nullopt;
}

/// The part of the core that a header named so belongs to: "domain", "ports", …
std::string core_part(const std::string& header) {
  const fs::path path{header};
  return std::distance(path.begin(), path.end()) > 2 ? std::next(path.begin())->string() : "";
}

bool may_include(const std::string& from_part, const std::string& to_part) {
  static const std::map<std::string, std::set<std::string>> forbidden{
      {"domain", {"ports", "service"}},
      {"codec", {"ports", "service"}},
      {"async", {"ports", "service", "codec"}},
      {"ports", {"service"}},
  };
  const auto entry = forbidden.find(from_part);
  return entry == forbidden.end() || !entry->second.contains(to_part);
}

/// Headers of clients that a public header hides, so that its users need not have them.
bool is_client_header(const std::string& header) {
  static const std::regex client{R"(sqlite3\.h|libpq.*|prometheus/.*|librdkafka/.*|hiredis/.*|)"
                                 R"(amqp.*|boost/(asio|beast)([/.].*))"};
  return std::regex_match(header, client);
}

struct inclusion {
  const source_file& file;
  std::size_t line;
  std::string header;
};

std::vector<inclusion> inclusions() {
  static const std::regex directive{R"(\s*#\s*include\s*[<"]([^>"]+)[>"].*)"};
  std::vector<inclusion> found;
  for (const auto& file : sources()) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (std::smatch match; std::regex_match(file.lines[i], match, directive)) {
        found.push_back({.file = file, .line = i + 1, .header = match[1]});
      }
    }
  }
  return found;
}

TEST(includes, modules_include_only_what_stands_below_them) {
  std::vector<std::string> complaints;
  for (const auto& [file, line, header] : inclusions()) {
    const auto owner = owners().find(header);
    const auto allowed = allowed_modules(file);
    if (owner != owners().end() && allowed && !allowed->contains(owner->second)) {
      complaints.push_back(file.at(
          line, module_of(file.path) + " must not include " + header + " of " + owner->second));
    }
  }
  EXPECT_TRUE(complaints.empty()) << listed(complaints);
}

TEST(includes, inside_the_core_service_sees_ports_and_ports_see_domain) {
  std::vector<std::string> complaints;
  for (const auto& [file, line, header] : inclusions()) {
    if (module_of(file.path) == "core" && is_public(file) && header.starts_with("messagebus/") &&
        !may_include(core_part(name_of_header(file.path)), core_part(header))) {
      complaints.push_back(file.at(line, "must not include " + header));
    }
  }
  EXPECT_TRUE(complaints.empty()) << listed(complaints);
}

TEST(includes, no_file_climbs_out_of_its_folder) {
  std::vector<std::string> complaints;
  for (const auto& [file, line, header] : inclusions()) {
    if (header.starts_with("..")) {
      complaints.push_back(file.at(line, "include " + header + " by the name its module gives it"));
    }
  }
  EXPECT_TRUE(complaints.empty()) << listed(complaints);
}

TEST(includes, clients_are_hidden_from_public_headers) {
  std::vector<std::string> complaints;
  for (const auto& [file, line, header] : inclusions()) {
    const bool its_purpose = module_of(file.path) == "adapters/asio";
    if (is_public(file) && !its_purpose && is_client_header(header)) {
      complaints.push_back(file.at(line, "a user of this header would need " + header));
    }
  }
  EXPECT_TRUE(complaints.empty()) << listed(complaints);
}

TEST(includes, public_headers_stand_in_the_folder_of_their_module) {
  std::vector<std::string> complaints;
  for (const auto& [header, module] : owners()) {
    const auto folder = module.starts_with("adapters/") ? "messagebus/" + module.substr(9) + "/"
                        : module == "testing"           ? "messagebus/testing/"
                        : module == "core"              ? "messagebus/"
                                                        : "";
    if (!header.starts_with(folder)) {
      complaints.push_back(header + " of " + module + " should be in " + folder);
    }
  }
  EXPECT_TRUE(complaints.empty()) << listed(complaints);
}

}  // namespace
