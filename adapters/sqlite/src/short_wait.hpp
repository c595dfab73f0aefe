#pragma once

#include <sched.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <utility>

namespace messagebus::sqlite::detail {

/// Waits for what comes soon, if it comes, by letting other threads run meanwhile: to put a thread
/// to sleep and wake it costs more than a unit of work. Who has waited in vain has lost no more
/// than that, the rule of competitive spinning (Karlin, Li, Manasse and Owicki, 1991).
///
/// Where other threads have work for a whole time slice, whoever lets them run comes back long
/// after one who sleeps and is woken. This notices, and does not wait so for a while. Thread
/// safety: many threads at once.
class short_wait {
 public:
  /// About what a commit takes on a quick disk.
  static constexpr std::chrono::microseconds soon{500};
  static constexpr std::size_t yields_most = 64;

  /// Lets others run, so many times at the most, until `is_over()`. False when it is not over.
  template <class IsOver>
  bool ends(std::size_t yields_max, const IsOver& is_over) noexcept {
    using clock = std::chrono::steady_clock;
    constexpr auto slice_takes = std::chrono::milliseconds(3);
    if (!pays()) return is_over();
    auto now = clock::now();
    const auto deadline = now + soon;
    for (std::size_t i = 0; i < yields_max; ++i) {
      if (is_over()) return true;
      if (now >= deadline) return false;
      sched_yield();
      const auto before = std::exchange(now, clock::now());
      if (now - before < slice_takes) continue;
      crowded_until_ = (now + std::chrono::milliseconds(20)).time_since_epoch();
      return is_over();
    }
    return false;
  }

  bool pays() const noexcept {
    return std::chrono::steady_clock::now().time_since_epoch() >=
           crowded_until_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::chrono::steady_clock::duration> crowded_until_{};
};

}  // namespace messagebus::sqlite::detail
