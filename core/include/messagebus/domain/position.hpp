#pragma once

#include <compare>
#include <cstdint>

namespace messagebus {

/// A place in the log. Positions grow; they need not be consecutive. The first message's is above
/// `position{0}`, which therefore stands for "before everything" in a checkpoint.
struct position {
  std::int64_t value = 0;

  friend constexpr auto operator<=>(position, position) = default;
};

}  // namespace messagebus
