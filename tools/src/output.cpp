#include "output.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace messagebus::tool {

output::output(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name)) {}

void output::flush() {
  std::string_view rest = text_;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
      continue;
    }
    const int cause = errno;
    if (cause == EINTR) continue;
    text_.clear();
    if (cause == EPIPE) throw broken_pipe_error();
    throw file_error(name_ + " cannot be written: " + std::generic_category().message(cause));
  }
  text_.clear();
}

}  // namespace messagebus::tool
