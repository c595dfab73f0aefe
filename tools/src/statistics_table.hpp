#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "palette.hpp"
#include "statistics.hpp"

namespace messagebus::tool {

/// Appends a line a type, with a bar for its share of the messages, and a line for all of them. On
/// a narrow screen the less important columns are left out, and long names are cut.
void append_table(std::string& out, const statistics& counted,
                  const std::vector<statistics::row>& rows, std::size_t columns,
                  const palette& colors);

}  // namespace messagebus::tool
