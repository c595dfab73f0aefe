#include <algorithm>
#include <cstdint>
#include <messagebus/service/retry_course.hpp>
#include <random>

namespace messagebus::detail {

bool retry_course::goes_on_after(const std::exception_ptr& failed) {
  ++attempts_;
  was_last_unknown_ = false;
  try {
    std::rethrow_exception(failed);
  } catch (const error& known) {
    was_last_unknown_ = known.code() == errc::commit_outcome_unknown;
    is_outcome_unknown_ = is_outcome_unknown_ || was_last_unknown_;
    if (attempts_ >= options_->attempts_max) return false;
    if (!known.is_retryable() && !was_last_unknown_) return false;
    if (options_->on_retry) options_->on_retry(attempts_, known);
    return true;
  } catch (...) {
    return false;
  }
}

std::chrono::microseconds retry_course::pause() {
  thread_local std::minstd_rand chance(std::random_device{}());
  const int doublings = std::min(attempts_ - 1, 20);
  const std::chrono::microseconds longest = std::min<std::chrono::microseconds>(
      options_->pause_longest, options_->pause_first * (std::int64_t{1} << doublings));
  const std::int64_t least = longest.count() / 2;
  std::uniform_int_distribution<std::int64_t> between(least, std::max(least, longest.count()));
  return std::chrono::microseconds(between(chance));
}

}  // namespace messagebus::detail
