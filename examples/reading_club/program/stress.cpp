#include <unistd.h>

#include <fmt/core.h>
#include <atomic>
#include <cerrno>
#include <messagebus/domain/error.hpp>
#include <messagebus/domain/id_source.hpp>
#include <mutex>
#include <reading_club/program/commands.hpp>
#include <reading_club/program/opened_club.hpp>
#include <reading_club/service/club_bus.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace reading_club {
namespace {

/// One line by one system call, so that a kill leaves whole lines.
void print_line(std::string line) {
  line += '\n';
  std::string_view rest = line;
  while (!rest.empty()) {
    const auto written = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (written < 0 && errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "cannot write to standard output");
    }
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

register_book some_book() {
  const auto id = messagebus::new_uuid();
  const std::string text = id.to_string();
  return {.id = id, .isbn = "isbn " + text, .title = "Book " + text, .author = "stress"};
}

class stress_run {
 public:
  stress_run(const stress_options& options, const club_location& database)
      : options_(options), club_(open_club(database)) {}

  /// Returns how many books were registered. Throws what a writer has met.
  std::int64_t run() {
    ends_at_ += std::chrono::duration_cast<std::chrono::nanoseconds>(options_.duration);
    {
      std::vector<std::jthread> writers;
      writers.reserve(static_cast<std::size_t>(options_.writers));
      for (int writer = 0; writer < options_.writers; ++writer) {
        writers.emplace_back([this] { write_books(); });
      }
    }
    if (failure_) std::rethrow_exception(failure_);
    if (given_up_ > 0) {
      fmt::print(stderr, "{} books were given up: others have held the database for too long\n",
                 given_up_.load());
    }
    return registered_;
  }

 private:
  void write_books() noexcept {
    try {
      while (!has_failed_ && std::chrono::steady_clock::now() < ends_at_) write_book(some_book());
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!has_failed_.exchange(true)) failure_ = std::current_exception();
    }
  }

  void write_book(const register_book& command) {
    try {
      bus_.execute(club_->unit_of_work(), command);
    } catch (const messagebus::error& error) {
      // Others who write as fast as possible may be in the way; what is wrong otherwise stays
      // wrong.
      if (error.code() != messagebus::errc::busy) throw;
      ++given_up_;
      return;  // and so the id is not reported
    }
    print_line(command.id.to_string());
    ++registered_;
  }

  const stress_options options_;
  std::unique_ptr<opened_club> club_;
  club_bus bus_;
  std::chrono::steady_clock::time_point ends_at_ = std::chrono::steady_clock::now();
  std::atomic<std::int64_t> registered_{0};
  std::atomic<std::int64_t> given_up_{0};
  std::atomic<bool> has_failed_{false};
  std::mutex mutex_;
  std::exception_ptr failure_;
};

}  // namespace

exit_code stress(const stress_options& options, const club_location& database) {
  const std::int64_t registered = stress_run(options, database).run();
  fmt::print(stderr, "{} books registered by {} writers in {:g} s\n", registered, options.writers,
             options.duration.count());
  return exit_code::done;
}

}  // namespace reading_club
