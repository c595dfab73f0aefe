#include "turns.hpp"

#include <algorithm>

namespace messagebus::sqlite::detail {

bool turns::take(std::chrono::milliseconds wait_max) {
  std::unique_lock lock(mutex_);
  if (!is_taken_ && waiting_.empty()) {
    is_taken_ = true;
    return true;
  }
  const std::uint64_t ticket = ++last_ticket_;
  waiting_.push_back(ticket);
  const bool came =
      changed_.wait_for(lock, wait_max, [&] { return !is_taken_ && waiting_.front() == ticket; });
  waiting_.erase(std::find(waiting_.begin(), waiting_.end(), ticket));
  if (came) {
    is_taken_ = true;
  } else {
    changed_.notify_all();
  }
  return came;
}

void turns::give_back() noexcept {
  const std::lock_guard lock(mutex_);
  is_taken_ = false;
  changed_.notify_all();
}

}  // namespace messagebus::sqlite::detail
