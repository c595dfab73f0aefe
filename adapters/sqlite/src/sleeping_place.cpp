#include "sleeping_place.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <ctime>

namespace messagebus::sqlite::detail {
namespace {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

timespec timespec_of(std::chrono::steady_clock::time_point at) noexcept {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at.time_since_epoch());
  return {.tv_sec = static_cast<time_t>(seconds.count()),
          .tv_nsec = static_cast<long>((at.time_since_epoch() - seconds).count())};
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
