#include "unit.hpp"

namespace messagebus::bench {

std::string_view name_of(unit unit) noexcept {
  switch (unit) {
    case unit::nanoseconds:
      return "ns";
    case unit::microseconds:
      return "us";
    case unit::milliseconds:
      return "ms";
    case unit::seconds:
      return "s";
    case unit::per_second:
      return "per s";
    case unit::bytes:
      return "bytes";
    case unit::count:
      return "count";
  }
  return "";
}

double in_unit(unit unit, double seconds, double operations) noexcept {
  switch (unit) {
    case unit::nanoseconds:
      return seconds * 1e9 / operations;
    case unit::microseconds:
      return seconds * 1e6 / operations;
    case unit::milliseconds:
      return seconds * 1e3 / operations;
    case unit::per_second:
      return operations / seconds;
    case unit::seconds:
    case unit::bytes:
    case unit::count:
      break;
  }
  return seconds / operations;
}

double speed_ratio(unit unit, double ours, double limit) noexcept {
  if (ours == limit) {
    return 1;
  }
  return unit == unit::per_second ? ours / limit : limit / ours;
}

}  // namespace messagebus::bench
