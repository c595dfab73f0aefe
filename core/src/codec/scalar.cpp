#include "scalar.hpp"

#include <messagebus/domain/timestamp.hpp>
#include <messagebus/domain/uuid.hpp>

#include <cstring>
#include <string>
#include <vector>

#include "base64.hpp"

namespace messagebus::codec::detail {
namespace {

bool read_enumerator(const enumeration_shape& shape, std::string_view name, void* value) {
  for (std::size_t i = 0; i < shape.count; ++i) {
    if (shape.enumerators[i].name != name) continue;
    const auto store = [&](auto bits) { std::memcpy(value, &bits, sizeof bits); };
    const auto bits = shape.enumerators[i].value;
    switch (shape.width_bytes) {
      case 1:
        store(static_cast<std::uint8_t>(bits));
        break;
      case 2:
        store(static_cast<std::uint16_t>(bits));
        break;
      case 4:
        store(static_cast<std::uint32_t>(bits));
        break;
      default:
        store(bits);
        break;
    }
    return true;
  }
  return false;
}

template <class T>
bool assign(const std::optional<T>& parsed, void* value) {
  if (parsed) *static_cast<T*>(value) = *parsed;
  return parsed.has_value();
}

}  // namespace

bool read_text(const shape& shape, std::string_view text, void* value) {
  switch (shape.kind) {
    case kind::text:
      static_cast<std::string*>(value)->assign(text);
      return true;
    case kind::uuid:
      return assign(uuid::parse(text), value);
    case kind::timestamp:
      return assign(parse_timestamp(text), value);
    case kind::bytes:
      return read_base64(text, *static_cast<std::vector<std::byte>*>(value));
    case kind::enumeration:
      return read_enumerator(static_cast<const enumeration_shape&>(shape), text, value);
    default:
      return false;
  }
}

}  // namespace messagebus::codec::detail
