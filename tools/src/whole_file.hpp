#pragma once

#include <string>

namespace messagebus::tool {

/// A file that is written whole or not at all: under another name beside it, until it is kept.
/// What is no ordinary file, such as a pipe or a device, is written directly. Where the name is a
/// symbolic link, that stays, and the file is where it leads.
class whole_file {
 public:
  /// Errors: `file_error`, also when there is such a file and it is not to be replaced.
  whole_file(std::string path, bool replaces);
  whole_file(const whole_file&) = delete;
  whole_file& operator=(const whole_file&) = delete;
  /// Removes what was written, unless it was kept.
  ~whole_file();

  int descriptor() const noexcept { return descriptor_; }

  /// Makes it last on the disk and gives it its name. Errors: `file_error`.
  void keep();

 private:
  [[noreturn]] void fail(int cause) const;

  std::string path_;
  std::string target_;
  // Empty: written directly, or kept.
  std::string temporary_path_;
  int descriptor_ = -1;
};

}  // namespace messagebus::tool
