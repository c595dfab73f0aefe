#pragma once

#include <messagebus/domain/timestamp.hpp>
#include <optional>
#include <string_view>

namespace messagebus::tool {

/// An instant as people write it: `2025-12-22T10:11:12.5Z` with any offset; without one, it is UTC;
/// `2025-12-22T10:11` and `2025-12-22` (the beginning of the day); and `90s`, `15m`, `2h`, `3d`:
/// that long before `now`. Empty for anything else.
std::optional<timestamp> parse_instant(std::string_view text, timestamp now);

}  // namespace messagebus::tool
