#pragma once

#include <atomic>
#include <memory>
#include <messagebus/async/wake_descriptor.hpp>
#include <mutex>
#include <string>
#include <vector>

namespace messagebus::sqlite::detail {

/// Wakes those in this process who wait for commits to one file. A commit costs one look while
/// nobody waits.
class commit_channel {
 public:
  /// The channel of this file; all databases and logs on it share one.
  static std::shared_ptr<commit_channel> of(const std::string& path);

  /// Wakes all who listen.
  void announce() noexcept;

  /// Announcements wake it until `forget`.
  void listen(const wake_descriptor& listener);
  void forget(const wake_descriptor& listener) noexcept;

 private:
  std::atomic<int> listeners_count_{0};
  std::mutex mutex_;
  std::vector<const wake_descriptor*> listeners_;
};

}  // namespace messagebus::sqlite::detail
