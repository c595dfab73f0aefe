#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace messagebus::tests {

/// All that is in a file, byte for byte; nothing when it is not there.
inline std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline void write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

}  // namespace messagebus::tests
