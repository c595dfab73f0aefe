#include "shown_time.hpp"

#include <fmt/format.h>

namespace messagebus::tool {

bool has_year(timestamp instant) {
  using namespace std::chrono;
  constexpr timestamp begin = sys_days(year{1} / January / 1);
  constexpr timestamp end = sys_days(year{10000} / January / 1);
  return instant >= begin && instant < end;
}

std::string date_of(timestamp instant) {
  if (!has_year(instant)) return "no date";
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(instant)};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string time_of_day(timestamp instant) {
  if (!has_year(instant)) return "--:--:--.------";
  const std::chrono::hh_mm_ss time{instant - std::chrono::floor<std::chrono::days>(instant)};
  return fmt::format("{:02}:{:02}:{:02}.{:06}", time.hours().count(), time.minutes().count(),
                     time.seconds().count(), time.subseconds().count());
}

std::string short_duration(std::chrono::microseconds duration) {
  using namespace std::chrono_literals;
  const auto count = static_cast<double>(duration.count());
  if (duration < 1ms) return fmt::format("{} µs", duration.count());
  if (duration < 1s) return fmt::format("{:.3g} ms", count / 1e3);
  if (duration < 100s) return fmt::format("{:.3g} s", count / 1e6);
  if (duration < 100min) return fmt::format("{:.0f} min", count / 60e6);
  if (duration < 48h) return fmt::format("{:.0f} h", count / 3600e6);
  return fmt::format("{:.0f} days", count / 86400e6);
}

}  // namespace messagebus::tool
