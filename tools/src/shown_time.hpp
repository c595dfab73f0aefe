#pragma once

#include <chrono>
#include <messagebus/domain/timestamp.hpp>
#include <string>

namespace messagebus::tool {

/// Whether the instant lies in a year from 1 to 9999, as those of all messages do that a library
/// wrote; a damaged log may hold any.
bool has_year(timestamp instant);

/// `2025-12-22`, in UTC; `no date` of an instant without a year.
std::string date_of(timestamp instant);

/// `10:11:12.123456`, in UTC: always as long; `--:--:--.------` of an instant without a year.
std::string time_of_day(timestamp instant);

/// `850 µs`, `12.3 ms`, `4.5 s`, `3 min`, `5 h`, `12 days`: for people, in at most 8 columns.
std::string short_duration(std::chrono::microseconds duration);

}  // namespace messagebus::tool
