#pragma once

#include <cstdint>
#include <string>

#include "command_line.hpp"
#include "location.hpp"

namespace messagebus::tool {

struct verify_view {
  /// How many findings are shown; all are counted.
  std::uint64_t findings_max = 100;
  bool json = false;
};

/// Examines a whole log, and the database that it stands in. `exit_code::found` when anything is
/// not as it should be.
exit_code verify_log(opened_log& opened, const verify_view& view, surroundings& around);

}  // namespace messagebus::tool
