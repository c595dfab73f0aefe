#pragma once

#include <chrono>
#include <memory>
#include <messagebus/async/wake_descriptor.hpp>
#include <messagebus/sqlite/options.hpp>
#include <stop_token>
#include <string>

#include "commit_channel.hpp"

namespace messagebus::sqlite::detail {

/// Where one follower of a file sleeps until somebody may have committed to it: told by commits of
/// this process, and by the operating system (inotify) of writes by others. Thread safety: one
/// thread at a time.
class follower_wait {
 public:
  /// Errors: `std::system_error` when the process has no file descriptors left.
  follower_wait(const std::string& path, const database_options& options);
  follower_wait(const follower_wait&) = delete;
  follower_wait& operator=(const follower_wait&) = delete;
  ~follower_wait();

  /// While one lives, whatever is committed ends the next sleep. Look into the file after making
  /// it, and before sleeping.
  class listening {
   public:
    explicit listening(follower_wait& waiting);
    listening(const listening&) = delete;
    listening& operator=(const listening&) = delete;
    ~listening();

   private:
    follower_wait& waiting_;
  };

  /// Sleeps until there is a reason to look again.
  void sleep(const std::stop_token& stop);

 private:
  std::chrono::nanoseconds time_until_next_look() noexcept;
  void watch_file() noexcept;
  void take_file_events() noexcept;

  std::shared_ptr<commit_channel> channel_;
  std::string log_path_;
  std::chrono::milliseconds follow_interval_;
  wake_descriptor woken_;  // by commits of this process, and requests to stop
  int notify_ = -1;        // inotify: writes of other processes
  bool is_watching_ = false;
  /// How often was looked in vain since the file was last written to.
  int looks_in_vain_ = 0;
};

}  // namespace messagebus::sqlite::detail
