#include "source_tree.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace tidiness {
namespace {

namespace fs = std::filesystem;

bool is_ours(const fs::path& folder) {
  const auto name = folder.filename().string();
  return !name.starts_with(".") && !name.starts_with("build");
}

bool is_source(const fs::path& file) {
  return file.extension() == ".cpp" || file.extension() == ".hpp";
}

std::vector<source_file> read_all() {
  const fs::path root{MESSAGEBUS_SOURCE_FOLDER};
  std::vector<source_file> files;
  for (auto entry = fs::recursive_directory_iterator{root}; entry != fs::end(entry); ++entry) {
    if (entry->is_directory() && !is_ours(entry->path())) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file() && is_source(entry->path())) {
      files.push_back(read(entry->path().lexically_relative(root)));
    }
  }
  std::ranges::sort(files, {}, &source_file::path);
  return files;
}

}  // namespace

std::string source_file::at(std::size_t line, const std::string& what) const {
  return path.string() + ":" + std::to_string(line) + ": " + what;
}

const std::vector<source_file>& sources() {
  static const auto files = read_all();
  return files;
}

source_file read(const std::filesystem::path& path) {
  std::ifstream stream{MESSAGEBUS_SOURCE_FOLDER / path};
  if (!stream) {
    throw std::runtime_error{"cannot read " + path.string()};
  }
  source_file file{.path = path, .lines = {}};
  for (std::string line; std::getline(stream, line);) {
    file.lines.push_back(line);
  }
  return file;
}

std::string listed(const std::vector<std::string>& complaints) {
  std::string text;
  for (const auto& complaint : complaints) {
    text += "\n  " + complaint;
  }
  return text;
}

}  // namespace tidiness
