#pragma once

#include <sys/types.h>

#include <string>

namespace messagebus::sqlite::detail {

/// Knows a file that is open again, to notice when somebody has removed, moved or replaced it.
class opened_file {
 public:
  /// The file that stands at `path`, now or when `is_in_place` is asked for the first time. The
  /// path is absolute, since the process may change its directory.
  explicit opened_file(std::string path) noexcept;

  const std::string& path() const noexcept { return path_; }

  /// False when there is surely none at the path any more, or another. Looks into the directory.
  bool is_in_place() noexcept;

 private:
  std::string path_;
  bool is_known_ = false;
  dev_t device_ = 0;
  ino_t number_ = 0;
};

}  // namespace messagebus::sqlite::detail
