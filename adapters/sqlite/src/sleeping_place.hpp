#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace messagebus::sqlite::detail {

/// Where threads sleep, to be woken together by one call of the system, or some of them alone: a
/// futex of Linux (man 2 futex). Semaphores and condition variables take a call for each thread, or
/// wake all to wake one. Thread safety: many threads at once.
class sleeping_place {
 public:
  /// Whom a call wakes: whoever has a bit in common with it.
  using bits = std::uint32_t;
  static constexpr bits everybody = ~bits{0};
  static constexpr unsigned bits_count = 32;

  /// Sleeps until `is_over()`, which is asked before, and whenever `who` may have been woken.
  /// Whoever makes it so wakes afterwards. False when the deadline came first.
  template <class IsOver>
  bool sleep_until(std::chrono::steady_clock::time_point deadline, bits who,
                   const IsOver& is_over) noexcept {
    for (;;) {
      const std::uint32_t seen = wakings_.load(std::memory_order_acquire);
      if (is_over()) return true;
      if (!sleep(seen, deadline, who)) return is_over();
    }
  }

  void wake(bits whom) noexcept;

 private:
  bool sleep(std::uint32_t seen, std::chrono::steady_clock::time_point deadline, bits who) noexcept;

  // Who goes to sleep as somebody wakes has read another number than stands here, and does not.
  std::atomic<std::uint32_t> wakings_{0};
};

}  // namespace messagebus::sqlite::detail
