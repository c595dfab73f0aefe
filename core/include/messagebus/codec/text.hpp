#pragma once

#include <messagebus/codec/limits.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace messagebus::codec {

/// Appends `text` as a JSON string, with its quotes.
/// Errors: `encode_error` when the text is not UTF-8; `out` is then as before.
void append_json_string(std::string& out, std::string_view text);

/// What is wrong with `json`, or empty when it is one whole JSON value within the limits.
[[nodiscard]] std::optional<std::string> json_fault(std::string_view json,
                                                    const decode_limits& limits = {});

[[nodiscard]] inline bool is_valid_json(std::string_view json, const decode_limits& limits = {}) {
  return !json_fault(json, limits).has_value();
}

}  // namespace messagebus::codec
