#include "follower_wait.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace messagebus::sqlite::detail {
namespace {

// A commit can be seen a moment after the write that was notified: when the disk has it. So there
// are some looks after each write, the first soon, each next one after twice the time, until what
// was written has surely been committed or given up.
constexpr std::chrono::microseconds first_look_after{250};
constexpr int looks_after_write = 11;

// A notification that was lost delays, and never loses.
constexpr std::chrono::seconds look_in_any_case_every{1};

timespec timespec_of(std::chrono::nanoseconds time) noexcept {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return {.tv_sec = seconds.count(), .tv_nsec = (time - seconds).count()};
}

}  // namespace

follower_wait::follower_wait(const std::string& path, const database_options& options)
    : channel_(commit_channel::of(path)),
      // SQLite keeps it beside the file itself, also when a symbolic link was opened.
      log_path_(channel_->file() + "-wal"),
      follow_interval_(options.follow_interval) {
  if (options.file_notification) notify_ = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
}

follower_wait::~follower_wait() {
  if (notify_ >= 0) close(notify_);
}

follower_wait::listening::listening(follower_wait& waiting) : waiting_(waiting) {
  waiting_.watch_file();
  waiting_.channel_->listen(waiting_.woken_);
}

follower_wait::listening::~listening() {
  waiting_.channel_->forget(waiting_.woken_);
}

// The file may come and go: SQLite makes it with the first connection and removes it with the last.
void follower_wait::watch_file() noexcept {
  if (notify_ < 0 || is_watching_) return;
  constexpr std::uint32_t what = IN_MODIFY | IN_DELETE_SELF | IN_MOVE_SELF;
  is_watching_ = inotify_add_watch(notify_, log_path_.c_str(), what) >= 0;
  looks_in_vain_ = 0;  // what was written before has not been told
}

void follower_wait::sleep(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { woken_.wake(); });
  if (stop.stop_requested()) return;
  std::array<pollfd, 2> sources{
      {{.fd = woken_.get(), .events = POLLIN, .revents = 0},
       {.fd = is_watching_ ? notify_ : -1, .events = POLLIN, .revents = 0}}};
  const timespec time = timespec_of(time_until_next_look());
  const int ready = ppoll(sources.data(), sources.size(), &time, nullptr);
  if (ready > 0 && sources[0].revents != 0) woken_.clear();
  if (ready > 0 && sources[1].revents != 0) {
    take_file_events();
    looks_in_vain_ = 0;
  } else if (ready == 0) {
    ++looks_in_vain_;
  }
  watch_file();
}

std::chrono::nanoseconds follower_wait::time_until_next_look() noexcept {
  if (!is_watching_) return follow_interval_;
  if (looks_in_vain_ >= looks_after_write) return look_in_any_case_every;
  return first_look_after * (1 << looks_in_vain_);
}

void follower_wait::take_file_events() noexcept {
  alignas(inotify_event) std::array<char, 4096> events{};
  for (ssize_t bytes = 0; (bytes = read(notify_, events.data(), events.size())) > 0;) {
    for (const char* at = events.data(); at < events.data() + bytes;) {
      const auto* const event = reinterpret_cast<const inotify_event*>(at);
      // Gone with the file: watched again when it is there again.
      if ((event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED)) != 0) is_watching_ = false;
      at += sizeof(inotify_event) + event->len;
    }
  }
}

}  // namespace messagebus::sqlite::detail
