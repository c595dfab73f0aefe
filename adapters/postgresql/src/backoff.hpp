#pragma once

#include <algorithm>
#include <chrono>
#include <messagebus/postgresql/options.hpp>

namespace messagebus::postgresql::detail {

/// How long to pause before the next attempt to connect: twice as long each time, up to a longest.
class backoff {
 public:
  explicit backoff(const database_options& options) noexcept
      : next_(options.reconnect_pause_first), longest_(options.reconnect_pause_longest) {}

  std::chrono::milliseconds next() noexcept {
    const auto pause = next_;
    next_ = std::min(next_ * 2, longest_);
    return pause;
  }

 private:
  std::chrono::milliseconds next_;
  std::chrono::milliseconds longest_;
};

}  // namespace messagebus::postgresql::detail
