#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace messagebus::bench {

/// A database file in a folder of its own, which goes with this object.
class temporary_database {
 public:
  /// `below`: a disk, or a memory disk.
  explicit temporary_database(const std::filesystem::path& below) {
    std::string name = (below / "messagebus-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    folder_ = name;
  }
  temporary_database(const temporary_database&) = delete;
  temporary_database& operator=(const temporary_database&) = delete;
  ~temporary_database() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::string file() const { return (folder_ / "club.db").string(); }

 private:
  std::filesystem::path folder_;
};

}  // namespace messagebus::bench
