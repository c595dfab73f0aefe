#include <reading_club/program/standard_output.hpp>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace reading_club {

void flush_standard_output() {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  // What failed before has left no reason behind.
  const int cause = errno == 0 ? EIO : errno;
  throw std::system_error(cause, std::generic_category(), "cannot write to standard output");
}

}  // namespace reading_club
