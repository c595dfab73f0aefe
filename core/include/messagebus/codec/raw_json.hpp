#pragma once

#include <string>

namespace messagebus::codec {

/// A JSON value that nobody looks into: decoding keeps its text as it stood, without the spaces
/// between its parts; encoding writes the text as it is.
/// Errors: `encode_error` when the text is no JSON.
struct raw_json {
  std::string text;

  friend bool operator==(const raw_json&, const raw_json&) = default;
};

}  // namespace messagebus::codec
