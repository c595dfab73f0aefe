#include "whole_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "output.hpp"

namespace messagebus::tool {
namespace {

constexpr mode_t permissions = 0666;  // narrowed by the umask

// Where links lead: they stay, and what they name may not be there yet. A path that leads round in
// a circle is given back as it is.
std::string behind_links(const std::string& path) {
  constexpr int links_max = 40;  // as the system has it
  std::filesystem::path reached = path;
  for (int followed = 0; followed < links_max; ++followed) {
    std::error_code is_no_link;
    const auto next = std::filesystem::read_symlink(reached, is_no_link);
    if (is_no_link) return reached.string();
    reached = reached.parent_path() / next;
  }
  return path;
}

}  // namespace

whole_file::whole_file(std::string path, bool replaces)
    : path_(std::move(path)), target_(behind_links(path_)) {
  struct stat status {};
  const bool is_there = ::stat(path_.c_str(), &status) == 0;
  // Not to be let through by the system to what a link names is no reason to replace it.
  if (!is_there && errno != ENOENT) fail(errno);
  if (is_there && S_ISREG(status.st_mode) && !replaces) {
    throw file_error(path_ + " is there already; --force replaces it");
  }
  if (is_there && !S_ISREG(status.st_mode)) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): this is how the system is asked
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail(errno);
    return;
  }
  const auto temporary_path = target_ + ".part-" + std::to_string(::getpid());
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg)
  descriptor_ =
      ::open(temporary_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions);
  if (descriptor_ < 0) fail(errno);
  temporary_path_ = temporary_path;
}

whole_file::~whole_file() {
  ::close(descriptor_);
  if (!temporary_path_.empty()) ::unlink(temporary_path_.c_str());
}

void whole_file::keep() {
  if (temporary_path_.empty()) return;
  if (::fsync(descriptor_) != 0) fail(errno);
  if (std::rename(temporary_path_.c_str(), target_.c_str()) != 0) fail(errno);
  temporary_path_.clear();
}

void whole_file::fail(int cause) const {
  const std::string what = target_ == path_ ? path_ : path_ + ", a link to " + target_ + ",";
  throw file_error(what + " cannot be written: " + std::generic_category().message(cause) +
                   (cause == ENOENT ? "; create the folder first" : ""));
}

}  // namespace messagebus::tool
