#include "line_input.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "output.hpp"

namespace messagebus::tool {
namespace {

constexpr std::size_t bytes_at_once = std::size_t{256} * 1024;

[[noreturn]] void fail(const std::string& name, int cause) {
  throw file_error(name + " cannot be read: " + std::generic_category().message(cause));
}

int open_to_read_lines(const std::string& path) {
  if (path == "-") return STDIN_FILENO;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): this is how the system is asked
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
}

}  // namespace

line_input::line_input(const std::string& path, std::size_t bytes_max, const std::stop_token& stop)
    : name_(path == "-" ? "standard input" : path), bytes_max_(bytes_max), stop_(stop) {
  descriptor_ = open_to_read_lines(path);
  if (descriptor_ < 0) fail(name_, errno);
  struct stat status {};
  if (::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode)) {
    bytes_total_ = static_cast<std::uint64_t>(status.st_size);
  }
  on_stop_.emplace(stop, [this] { woken_.wake(); });
}

line_input::~line_input() {
  on_stop_.reset();
  if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
}

line_input::outcome line_input::next(std::string_view& text) {
  while (true) {
    const auto end = buffer_.find('\n', scanned_);
    if (end != std::string::npos) return take_line(end, 1, text);
    scanned_ = buffer_.size();
    const bool is_too_long = buffer_.size() - begin_ > bytes_max_;
    if (is_at_end_ && begin_ == buffer_.size()) return outcome::end;
    if (is_at_end_ || is_too_long) return take_line(buffer_.size(), 0, text);
    if (!read_more()) return outcome::stopped;
  }
}

line_input::outcome line_input::take_line(std::size_t end, std::size_t end_bytes,
                                          std::string_view& text) {
  ++line_number_;
  is_line_ended_ = end_bytes > 0;
  text = std::string_view(buffer_).substr(begin_, end - begin_);
  begin_ = end + end_bytes;
  scanned_ = begin_;
  return text.size() > bytes_max_ ? outcome::too_long : outcome::line;
}

bool line_input::would_wait() const {
  if (is_at_end_ || buffer_.find('\n', begin_) != std::string::npos) return false;
  pollfd watched{.fd = descriptor_, .events = POLLIN, .revents = 0};
  return ::poll(&watched, 1, 0) == 0;
}

// False when it was told to stop.
bool line_input::wait_for_bytes() {
  std::array<pollfd, 2> watched = {{{.fd = descriptor_, .events = POLLIN, .revents = 0},
                                    {.fd = woken_.get(), .events = POLLIN, .revents = 0}}};
  while (::poll(watched.data(), watched.size(), -1) < 0) {
    if (errno != EINTR) fail(name_, errno);
  }
  return !stop_.stop_requested();
}

bool line_input::read_more() {
  if (!wait_for_bytes()) return false;
  buffer_.erase(0, begin_);
  scanned_ -= begin_;
  begin_ = 0;
  const auto before = buffer_.size();
  buffer_.resize(before + bytes_at_once);
  ssize_t count = 0;
  do {
    count = ::read(descriptor_, buffer_.data() + before, bytes_at_once);
  } while (count < 0 && errno == EINTR);
  if (count < 0) fail(name_, errno);
  buffer_.resize(before + static_cast<std::size_t>(count));
  bytes_read_ += static_cast<std::uint64_t>(count);
  is_at_end_ = count == 0;
  return true;
}

}  // namespace messagebus::tool
