#pragma once

#include <algorithm>
#include <chrono>

namespace messagebus::postgresql::detail {

/// How long to pause before the next attempt: twice as long each time, up to a longest. Without
/// arguments for looks at transactions that are not over: a flush takes about a millisecond, and
/// who takes longer is looked at less often.
class growing_pause {
 public:
  static constexpr std::chrono::microseconds first{300};
  static constexpr std::chrono::microseconds longest{8000};

  explicit growing_pause(std::chrono::microseconds begins_with = first,
                         std::chrono::microseconds ends_with = longest) noexcept
      : next_(begins_with), longest_(ends_with) {}

  std::chrono::microseconds next() noexcept {
    const auto pause = next_;
    next_ = std::min(next_ * 2, longest_);
    return pause;
  }

 private:
  std::chrono::microseconds next_;
  std::chrono::microseconds longest_;
};

}  // namespace messagebus::postgresql::detail
