#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

namespace messagebus::sqlite::detail {

/// Wakes those in this process who follow the log of one file.
class commit_channel {
 public:
  /// The channel of this file; all databases and logs on it share one.
  static std::shared_ptr<commit_channel> of(const std::string& path);

  void announce() noexcept;
  std::uint64_t announced() const;
  /// Returns when there was an announcement after `known`, at the latest after `wait_max`.
  void wait(std::uint64_t known, std::chrono::milliseconds wait_max, const std::stop_token& stop);

 private:
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t announced_ = 0;
};

}  // namespace messagebus::sqlite::detail
