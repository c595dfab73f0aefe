#pragma once

#include <string_view>

namespace messagebus::bench {

/// What a figure counts. Less is better, except for `per_second`.
enum class unit { nanoseconds, microseconds, milliseconds, seconds, per_second, bytes, count };

std::string_view name_of(unit unit) noexcept;

/// How much of the unit `seconds` for `operations` are, each.
double in_unit(unit unit, double seconds, double operations) noexcept;

/// How fast `ours` is beside `limit`: 1 is the limit, more is faster than the limit.
double speed_ratio(unit unit, double ours, double limit) noexcept;

}  // namespace messagebus::bench
