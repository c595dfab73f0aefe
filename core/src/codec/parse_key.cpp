#include <messagebus/codec/detail/shape.hpp>
#include <messagebus/domain/uuid.hpp>

#include <charconv>

#include "number.hpp"
#include "scalar.hpp"

namespace messagebus::codec::detail {
namespace {

// The digits as JSON writes them: no sign but a minus, no leading zeros, so that one number has one
// key.
bool parse_integer_key(kind kind, std::string_view text, void* key) {
  const auto digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (digits.size() > 1 && digits.front() == '0') return false;
  if (digits == "0" && digits.size() != text.size()) return false;
  const char* const end = text.data() + text.size();
  const auto parse = [&](auto number) {
    const auto result = std::from_chars(text.data(), end, number);
    return result.ec == std::errc{} && result.ptr == end && store_integer(kind, number, key);
  };
  return text.starts_with('-') ? parse(std::int64_t{}) : parse(std::uint64_t{});
}

}  // namespace

bool parse_key(const shape& shape, std::string_view text, void* key) {
  if (is_integer(shape.kind)) return parse_integer_key(shape.kind, text, key);
  return read_text(shape, text, key);
}

}  // namespace messagebus::codec::detail
