#pragma once

#include <atomic>
#include <chrono>
#include <messagebus/domain/clock.hpp>

namespace messagebus::testing {

/// A clock that stands still until it is moved on. Begins at 2025-12-22T10:11:12Z.
/// Thread safety: all of it.
class simulated_clock final : public messagebus::clock {
 public:
  timestamp now() override { return current(); }
  timestamp current() const noexcept { return timestamp(std::chrono::microseconds(micros_)); }

  /// Negative durations turn it back, as an operating system may.
  void advance(std::chrono::microseconds duration) noexcept { micros_ += duration.count(); }

 private:
  static constexpr std::int64_t begin_micros = 1'766'398'272'000'000;

  std::atomic<std::int64_t> micros_{begin_micros};
};

}  // namespace messagebus::testing
