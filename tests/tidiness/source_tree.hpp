#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tidiness {

struct source_file {
  std::filesystem::path path;  ///< from the project's folder
  std::vector<std::string> lines;

  /// `core/src/x.cpp:12: what` (from 1), as compilers print it.
  std::string at(std::size_t line, const std::string& what) const;
};

/// Every .cpp and .hpp file of the project, by path; without what was built and what is hidden.
const std::vector<source_file>& sources();

/// A file of the project, by its path from the project's folder.
source_file read(const std::filesystem::path& path);

/// The complaints, one a line, for a test's failure message; empty when there are none.
std::string listed(const std::vector<std::string>& complaints);

}  // namespace tidiness
