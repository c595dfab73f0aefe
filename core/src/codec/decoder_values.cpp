#include "decoder.hpp"

#include <messagebus/codec/raw_json.hpp>

#include <cstring>
#include <exception>
#include <new>

#include "inner_value.hpp"
#include "number.hpp"
#include "scalar.hpp"

// Values without parts, and those that nobody looks into.
namespace messagebus::codec::detail {

using simdjson::SUCCESS;

namespace {

bool is_null(simdjson::ondemand::value& json) noexcept {
  bool is_null = false;
  return json.is_null().get(is_null) == SUCCESS && is_null;
}

}  // namespace

void decoder::parsed_text(const shape& shape, json_value& json, void* into, const place* here) {
  std::string_view content;
  if (json.get_string().get(content) != SUCCESS) [[unlikely]]
    fail_type(shape, json, here);
  if (!read_text(shape, content, into)) [[unlikely]]
    fail_value(shape, "a string " + quoted(content), here);
}

void decoder::integer(const shape& shape, json_value& json, void* into, const place* here) {
  std::uint64_t large = 0;
  if (shape.kind == kind::uint64 && json.get_uint64().get(large) == SUCCESS) {
    std::memcpy(into, &large, sizeof large);
    return;
  }
  std::int64_t number = 0;
  const bool is_stored =
      json.get_int64().get(number) == SUCCESS && store_integer(shape.kind, number, into);
  if (!is_stored) [[unlikely]]
    fail_type(shape, json, here);
}

void decoder::floating(const shape& shape, json_value& json, void* into, const place* here) {
  double number = 0;
  const bool is_read = json.get_double().get(number) == SUCCESS;
  if (is_read && shape.kind == kind::float64) {
    std::memcpy(into, &number, sizeof number);
    return;
  }
  // simdjson reads no float, which must not be rounded twice, and no exponent of 20 digits.
  const auto token = token_of(json);
  const bool is_stored = (is_read || is_json_number(token)) && read_float(shape.kind, token, into);
  if (!is_stored) [[unlikely]]
    fail_type(shape, json, here);
}

void decoder::boolean(const shape& shape, json_value& json, void* into, const place* here) {
  if (json.get_bool().get(*static_cast<bool*>(into)) != SUCCESS) fail_type(shape, json, here);
}

void decoder::null(const shape& shape, json_value& json, const place* here) {
  if (!is_null(json)) fail_type(shape, json, here);
}

void decoder::optional(const optional_shape& shape, json_value& json, void* into,
                       const place* here) {
  if (is_null(json)) return shape.reset(into);
  value(*shape.value, json, shape.emplace(into), here);
}

void decoder::raw(json_value& json, void* into, const place* here) {
  auto kept = token_of(json);
  const char* const begin = kept.data();
  const bool has_parts = *begin == '[' || *begin == '{';
  skip(json, here);
  if (has_parts) kept = {begin, position() - position_of(begin)};
  auto& text = static_cast<raw_json*>(into)->text;
  text.resize(kept.size());
  std::size_t bytes = 0;
  if (simdjson::minify(kept.data(), kept.size(), text.data(), bytes) != SUCCESS) bytes = 0;
  text.resize(bytes);
}

void decoder::converted(const converted_shape& shape, json_value& json, void* into,
                        const place* here) {
  const inner_value inner(shape);
  value(*shape.inner, json, inner.get(), here);
  try {
    shape.from(into, inner.get());
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& failure) {
    fail(here, failure.what());
  }
}

void decoder::skip(json_value& json, const place* here) {
  const auto token = token_of(json);
  switch (token.empty() ? '\0' : token.front()) {
    case '{':
      for (auto each : enter_object(ignored_shape, json, here)) {
        auto& field = part(each, here);
        key(field, here);
        skip(field.value(), here);
      }
      return leave();
    case '[':
      for (auto each : enter_array(ignored_shape, json, here)) {
        auto& element = part(each, here);
        skip(element, here);
      }
      return leave();
    case '"':
      if (json.get_string().error() != SUCCESS) fail_escape(here, token.data());
      return;
    default:
      // simdjson's functions for numbers refuse those that fit into none of its types.
      if (token != "true" && token != "false" && token != "null" && !is_json_number(token)) {
        fail_token(token, here);
      }
      return;
  }
}

}  // namespace messagebus::codec::detail
