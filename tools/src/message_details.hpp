#pragma once

#include <messagebus/domain/recorded_message.hpp>
#include <string>

#include "palette.hpp"

namespace messagebus::tool {

/// Appends all of a message, a field a line, the payload laid out.
void append_details(std::string& out, const recorded_message& message, const palette& colors);

}  // namespace messagebus::tool
