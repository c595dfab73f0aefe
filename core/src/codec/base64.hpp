#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace messagebus::codec::detail {

class writer;

/// Writes bytes in base64 (RFC 4648, section 4, with padding), without quotes.
void write_base64(writer& out, const std::vector<std::byte>& bytes);

/// Reads the same form; false when the text is anything else, also when its unused bits are not 0.
bool read_base64(std::string_view text, std::vector<std::byte>& bytes);

}  // namespace messagebus::codec::detail
