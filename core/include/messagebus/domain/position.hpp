#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace messagebus {

/// A place in the log. Positions grow; they need not be consecutive. The first message's is above
/// `position{0}`, which therefore stands for "before everything" in a checkpoint.
struct position {
  std::int64_t value = 0;

  friend constexpr auto operator<=>(position, position) = default;
};

/// The first place behind another. Behind the last possible one there is none, and it is its own.
constexpr position first_after(position at) noexcept {
  return at.value == std::numeric_limits<std::int64_t>::max() ? at : position{at.value + 1};
}

}  // namespace messagebus
