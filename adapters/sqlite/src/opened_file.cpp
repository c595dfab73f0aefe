#include "opened_file.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace messagebus::sqlite::detail {

opened_file::opened_file(std::string path) noexcept : path_(std::move(path)) {
  is_in_place();
}

// A process that gave up rights after it had opened the file may not be allowed to look.
bool opened_file::is_in_place() noexcept {
  struct stat found {};
  if (stat(path_.c_str(), &found) != 0) {
    return !is_known_ || (errno != ENOENT && errno != ENOTDIR);
  }
  if (is_known_) return found.st_dev == device_ && found.st_ino == number_;
  is_known_ = true;
  device_ = found.st_dev;
  number_ = found.st_ino;
  return true;
}

}  // namespace messagebus::sqlite::detail
