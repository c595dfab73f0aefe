#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace messagebus::tests {

/// A folder of its own, gone with everything in it at the end.
class temporary_folder {
 public:
  /// `below`: where it is made, on another disk say.
  explicit temporary_folder(
      const std::filesystem::path& below = std::filesystem::temp_directory_path()) {
    std::string name = (below / "messagebus-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const noexcept { return path_; }
  /// The path of what has this name in it.
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace messagebus::tests
