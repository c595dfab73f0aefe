#pragma once

#include <cstddef>
#include <string>

#include "unit.hpp"

namespace messagebus::bench {

/// What is measured, and how often.
struct work {
  std::string name;                      ///< as the table shows it, after the program's name
  bench::unit unit = unit::nanoseconds;  ///< of one operation
  std::size_t operations = 1;            ///< in one run; enough for some 50 ms
  int runs = 9;                          ///< of each side, in turns; the median counts
};

}  // namespace messagebus::bench
