#include <messagebus/codec/detail/shape.hpp>
#include <messagebus/domain/uuid.hpp>

#include "number.hpp"
#include "scalar.hpp"

namespace messagebus::codec::detail {
namespace {

// The digits as JSON writes them: no sign but a minus, no leading zeros, so that one number has one
// key.
bool parse_integer_key(kind kind, std::string_view text, void* key) {
  const auto digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (digits.starts_with('0') && text != "0") return false;
  return read_integer(kind, text, key);
}

}  // namespace

bool parse_key(const shape& shape, std::string_view text, void* key) {
  if (is_integer(shape.kind)) return parse_integer_key(shape.kind, text, key);
  return read_text(shape, text, key);
}

}  // namespace messagebus::codec::detail
