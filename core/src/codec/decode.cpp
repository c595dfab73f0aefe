#include <messagebus/codec/json.hpp>

#include <algorithm>

#include "decoder.hpp"

namespace messagebus::codec::detail {

void decode(const shape& shape, std::string_view json, void* into, const decode_limits& limits) {
  const auto bytes_max = std::min(limits.bytes_max, text_bytes_ceiling);
  if (json.size() > bytes_max) {
    throw decode_error("$: the JSON text has " + std::to_string(json.size()) +
                           " bytes, more than the limit of " + std::to_string(bytes_max) +
                           ": raise decode_limits::bytes_max (at most " +
                           std::to_string(text_bytes_ceiling) + ")",
                       errc::limit_exceeded);
  }
  if (json.empty()) throw decode_error("$: expected JSON, found an empty text");
  decoder decoder(json, limits);
  decoder.document(shape, into);
}

}  // namespace messagebus::codec::detail

namespace messagebus::codec {

std::optional<std::string> json_fault(std::string_view json, const decode_limits& limits) {
  try {
    detail::decode(detail::ignored_shape, json, nullptr, limits);
    return std::nullopt;
  } catch (const decode_error& failure) {
    return failure.what();
  }
}

}  // namespace messagebus::codec
