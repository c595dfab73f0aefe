#pragma once

#include <atomic>
#include <memory>
#include <messagebus/async/wake_descriptor.hpp>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace messagebus::sqlite::detail {

/// Wakes those in this process who wait for commits to one file, and knows how many may make them.
/// A commit costs one look while nobody waits.
class commit_channel {
 public:
  /// The channel of this file; all databases and logs on it share one.
  static std::shared_ptr<commit_channel> of(const std::string& path);
  explicit commit_channel(std::string file) : file_(std::move(file)) {}

  /// The file's own path, with no symbolic link in it.
  const std::string& file() const noexcept { return file_; }

  /// Wakes all who listen.
  void announce() noexcept;

  /// Announcements wake it until `forget`.
  void listen(const wake_descriptor& listener);
  void forget(const wake_descriptor& listener) noexcept;

  /// How many databases of this process may write the file.
  int writers_count() const noexcept { return writers_count_.load(std::memory_order_relaxed); }

  /// While one lives, a database may write; none if it is given no channel.
  class writing {
   public:
    explicit writing(commit_channel* file) noexcept : file_(file) { count(1); }
    writing(const writing&) = delete;
    writing& operator=(const writing&) = delete;
    ~writing() { count(-1); }

   private:
    void count(int change) const noexcept {
      if (file_ != nullptr) file_->writers_count_.fetch_add(change, std::memory_order_relaxed);
    }

    commit_channel* file_;
  };

 private:
  std::string file_;
  std::atomic<int> writers_count_{0};
  std::atomic<int> listeners_count_{0};
  std::mutex mutex_;
  std::vector<const wake_descriptor*> listeners_;
};

}  // namespace messagebus::sqlite::detail
