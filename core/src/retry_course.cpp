#include <algorithm>
#include <cstdint>
#include <messagebus/service/retry_course.hpp>
#include <random>
#include <string>

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

namespace {

std::string what_of(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& known) {
    return known.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

}  // namespace

bool retry_course::may_go_on_unasked(const std::exception_ptr& not_asked) {
  if (!not_asked) return true;
  try {
    std::rethrow_exception(not_asked);
  } catch (const error& known) {
    return known.is_retryable();
  } catch (...) {
    return false;
  }
}

void retry_course::give_up(const std::exception_ptr& failed,
                           const std::exception_ptr& not_asked) const {
  const bool is_told_already = was_last_unknown_ && !not_asked;
  if (!is_outcome_unknown_ || is_told_already) std::rethrow_exception(failed);
  const std::string answer = not_asked ? what_of(not_asked) : "it was not there yet";
  throw commit_outcome_unknown_error(
      "the outcome of a commit of this message is unknown, and may still arrive: look for the "
      "message in the log before doing it again (the log: " +
      answer + "; the last attempt: " + what_of(failed) + ")");
}

std::chrono::microseconds retry_course::pause() {
  thread_local std::minstd_rand chance(std::random_device{}());
  const int doublings = std::min(attempts_ - 1, 20);
  // A year is as good as for ever, and overflows in no unit.
  const auto micros_of = [](std::chrono::milliseconds pause) {
    return std::chrono::microseconds(
               std::min<std::chrono::milliseconds>(pause, std::chrono::years(1)))
        .count();
  };
  const std::int64_t most = micros_of(options_->pause_longest);
  const std::int64_t first = micros_of(options_->pause_first);
  const std::int64_t longest = first > most >> doublings ? most : first << doublings;
  const std::int64_t least = longest / 2;
  std::uniform_int_distribution<std::int64_t> between(least, std::max(least, longest));
  return std::chrono::microseconds(between(chance));
}

}  // namespace messagebus::detail
