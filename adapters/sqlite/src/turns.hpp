#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>

namespace messagebus::sqlite::detail {

/// Whose turn it is to write: first come, first served. Not bound to threads, since a transaction
/// may be ended on another one than it was begun on.
class turns {
 public:
  /// False when the turn did not come within `wait_max`.
  bool take(std::chrono::milliseconds wait_max);
  void give_back() noexcept;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::uint64_t> waiting_;
  std::uint64_t last_ticket_ = 0;
  bool is_taken_ = false;
};

}  // namespace messagebus::sqlite::detail
