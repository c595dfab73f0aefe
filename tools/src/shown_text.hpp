#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace messagebus::tool {

// Names and payloads come from outside. A terminal obeys escape sequences, and some characters
// change the order in which text is shown, so that no such thing is ever written as it is.

/// Appends `text` with what a terminal would obey written as JSON writes it (`\u001b`), and bytes
/// that are not UTF-8 as `\xff`.
void append_shown(std::string& out, std::string_view text);

std::string shown(std::string_view text);

/// How many columns of a terminal `text` takes. Uses the process's locale, which is to be UTF-8;
/// without one, each character counts as one column.
std::size_t columns_of(std::string_view text);

}  // namespace messagebus::tool
