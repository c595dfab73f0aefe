#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace messagebus {

/// An instant in UTC, in microseconds: what messages, logs and streams carry.
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// The longest text of a timestamp: `2025-12-22T10:11:12.123456+00:00`.
inline constexpr std::size_t timestamp_text_bytes_max = 32;

/// Writes ISO 8601 as Python's `isoformat()` does: `2025-12-22T10:11:12.123456+00:00`, without a
/// fraction when the microseconds are 0.
/// Errors: `encode_error` when the year is not from 1 to 9999.
std::string format_timestamp(timestamp instant);

/// Writes the same text to `text`, which has room for `timestamp_text_bytes_max` characters, and
/// returns its end; null when the year is not from 1 to 9999.
char* format_timestamp(timestamp instant, char* text) noexcept;

/// Reads `YYYY-MM-DDTHH:MM:SS`, then an optional fraction of 1 to 9 digits (cut off, not rounded,
/// after the microseconds), then `Z` or an offset `+HH:MM`, which is converted to UTC. Empty when
/// the text is anything else, names a date that does not exist, or lies in no year from 1 to 9999.
std::optional<timestamp> parse_timestamp(std::string_view text) noexcept;

}  // namespace messagebus
