#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "palette.hpp"

namespace messagebus::tool {

/// Appends `json` laid out for people: a field a line, keys in colour, each line behind `indent`
/// spaces. Text that is no JSON is appended as it is, on one line. Either way nothing is written
/// that a terminal would obey.
void append_pretty_json(std::string& out, std::string_view json, std::size_t indent,
                        const palette& colors);

}  // namespace messagebus::tool
