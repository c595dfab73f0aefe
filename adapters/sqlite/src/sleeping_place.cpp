#include "sleeping_place.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>
#include <ctime>

namespace messagebus::sqlite::detail {
namespace {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

// The system refuses a time before its own start, and where it counts seconds in 32 bits, one that
// is 68 years after it.
timespec timespec_of(std::chrono::steady_clock::time_point at) noexcept {
  using namespace std::chrono;
  const auto since_start = std::clamp<nanoseconds>(at.time_since_epoch(), 0ns, years(60));
  const auto whole = floor<seconds>(since_start);
  return {.tv_sec = static_cast<time_t>(whole.count()),
          .tv_nsec = static_cast<long>((since_start - whole).count())};
}

}  // namespace

// False when the deadline has come. Awake for another reason, such as a signal, it says true.
bool sleeping_place::sleep(std::uint32_t seen, std::chrono::steady_clock::time_point deadline,
                           bits who) noexcept {
  const timespec until = timespec_of(deadline);  // by CLOCK_MONOTONIC, which steady_clock is
  return syscall(SYS_futex, &wakings_, FUTEX_WAIT_BITSET_PRIVATE, seen, &until, nullptr, who) ==
             0 ||
         errno != ETIMEDOUT;
}

void sleeping_place::wake(bits whom) noexcept {
  wakings_.fetch_add(1, std::memory_order_release);
  syscall(SYS_futex, &wakings_, FUTEX_WAKE_BITSET_PRIVATE, INT_MAX, nullptr, nullptr, whom);
}

}  // namespace messagebus::sqlite::detail
