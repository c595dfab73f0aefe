#include "whole_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include "output.hpp"

namespace messagebus::tool {
namespace {

constexpr mode_t permissions = 0666;  // narrowed by the umask

}  // namespace

whole_file::whole_file(std::string path, bool replaces) : path_(std::move(path)) {
  struct stat status {};
  const bool is_there = ::stat(path_.c_str(), &status) == 0;
  if (is_there && S_ISREG(status.st_mode) && !replaces) {
    throw file_error(path_ + " is there already; --force replaces it");
  }
  if (is_there && !S_ISREG(status.st_mode)) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): this is how the system is asked
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor_ < 0) fail(errno);
    return;
  }
  const auto temporary_path = path_ + ".part-" + std::to_string(::getpid());
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
  if (std::rename(temporary_path_.c_str(), path_.c_str()) != 0) fail(errno);
  temporary_path_.clear();
}

void whole_file::fail(int cause) const {
  throw file_error(path_ + " cannot be written: " + std::generic_category().message(cause) +
                   (cause == ENOENT ? "; create the folder first" : ""));
}

}  // namespace messagebus::tool
