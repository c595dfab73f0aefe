#include "decoder.hpp"

#include <algorithm>
#include <cstring>

namespace messagebus::codec::detail {

using simdjson::SUCCESS;

namespace {

// Whether the `bytes`, at least 2, at two places are the same. For texts that are as short as the
// name of a field, the call of `memcmp` would cost more than the comparison.
bool is_same_short(const char* left, const char* right, std::size_t bytes) noexcept {
  const auto differ = [&]<class Word>(Word a, std::size_t at) {
    Word b;
    std::memcpy(&a, left + at, sizeof a);
    std::memcpy(&b, right + at, sizeof b);
    return a != b;
  };
  if (bytes < 4) return !differ(std::uint16_t{}, 0) && !differ(std::uint16_t{}, bytes - 2);
  if (bytes < 8) return !differ(std::uint32_t{}, 0) && !differ(std::uint32_t{}, bytes - 4);
  for (std::size_t at = 0; at + 8 < bytes; at += 8) {
    if (differ(std::uint64_t{}, at)) return false;
  }
  return !differ(std::uint64_t{}, bytes - 8);
}

// As it stands in the text, so that a key with escapes is not found. The comparison goes no further
// than the room behind the text.
bool is_named(const simdjson::ondemand::field& json, const field& field) noexcept {
  static_assert(field_key::block_bytes <= simdjson::SIMDJSON_PADDING);
  return field.key.fits &&
         is_same_short(json.key().raw(), field.key.block.data() + 2, field.name.size() + 1);
}

}  // namespace

decoder::decoder(std::string_view json, const decode_limits& limits)
    : json_(json),
      // A number or a string by itself, which simdjson would read by other functions, and what
      // begins with a space.
      is_enclosed_(json.front() != '{' && json.front() != '['),
      copy_(workspace_->copy(json)),
      depth_max_(std::min(limits.depth_max, depth_ceiling)),
      depth_left_(depth_max_) {
  const auto text =
      is_enclosed_ ? workspace_->enclosed(json.size()) : workspace_->plain(json.size());
  const auto failure = workspace_->parser().iterate(text).get(document_);
  if (failure != SUCCESS) [[unlikely]]
    fail_unreadable(failure);
}

void decoder::document(const shape& shape, void* into) {
  if (is_enclosed_) {
    enclosed(shape, into);
  } else {
    auto whole = document_.get_value();
    value(shape, part(whole, nullptr), into, nullptr);
  }
  if (document_.current_location().error() != simdjson::OUT_OF_BOUNDS) [[unlikely]]
    fail_end();
}

void decoder::enclosed(const shape& shape, void* into) {
  bool is_read = false;
  auto whole = document_.get_array();
  for (auto each : part(whole, nullptr)) {
    if (each.error() != SUCCESS || is_read) [[unlikely]]
      fail_end();
    value(shape, each.value_unsafe(), into, nullptr);
    is_read = true;
  }
  if (!is_read) fail_end();
}

// Inlined, since what simdjson has just written need not be read from memory again.
[[gnu::always_inline]] inline void decoder::text(const shape& shape, json_value& json,
                                                 std::string& into, const place* here) {
  std::string_view content;
  if (json.get_string().get(content) != SUCCESS) [[unlikely]]
    fail_type(shape, json, here);
  into.assign(content);
}

void decoder::value(const shape& shape, json_value& json, void* into, const place* here) {
  switch (shape.kind) {
    case kind::text:
      return text(shape, json, *static_cast<std::string*>(into), here);
    case kind::uuid:
    case kind::timestamp:
    case kind::bytes:
    case kind::enumeration:
      return parsed_text(shape, json, into, here);
    case kind::float32:
    case kind::float64:
      return floating(shape, json, into, here);
    case kind::text_view:
      fail(here, "a std::string_view can be written and not read: declare a std::string");
    case kind::boolean:
      return boolean(shape, json, into, here);
    case kind::null:
      return null(shape, json, here);
    case kind::raw:
      return raw(json, into, here);
    case kind::ignored:
      return skip(json, here);
    case kind::optional:
      return optional(static_cast<const optional_shape&>(shape), json, into, here);
    case kind::converted:
      return converted(static_cast<const converted_shape&>(shape), json, into, here);
    case kind::sequence:
      return sequence(static_cast<const sequence_shape&>(shape), json, into, here);
    case kind::tuple:
      return tuple(static_cast<const tuple_shape&>(shape), json, into, here);
    case kind::map:
      return map(static_cast<const map_shape&>(shape), json, into, here);
    case kind::object:
      return object(static_cast<const object_shape&>(shape), json, into, here);
    case kind::variant:
      return variant(static_cast<const variant_shape&>(shape), json, into, here);
    default:
      return integer(shape, json, into, here);
  }
}

std::string_view decoder::key(simdjson::ondemand::field& json, const place* here) {
  const char* const begin = json.key().raw();
  std::string_view name;
  if (json.unescaped_key().get(name) != SUCCESS) [[unlikely]]
    fail_escape(here, begin - 1);
  return name;
}

void decoder::sequence(const sequence_shape& shape, json_value& json, void* into,
                       const place* around) {
  if (!shape.is_fixed) shape.clear(into);
  place here{around, &shape};
  std::size_t count = 0;
  for (auto each : enter_array(shape, json, around)) {
    here.index = count++;
    auto& element = part(each, &here);
    if (!shape.is_fixed) {
      value(*shape.element, element, shape.append(into), &here);
      continue;
    }
    const auto view = shape.view(into);
    if (count > view.count) {
      fail(around, "expected " + count_of_elements(view.count) + ", found more");
    }
    value(*shape.element, element,
          static_cast<char*>(view.first) + here.index * shape.element_bytes, &here);
  }
  leave();
  if (shape.is_fixed && count != shape.view(into).count) {
    fail(around, "expected " + count_of_elements(shape.view(into).count) + ", found " +
                     std::to_string(count));
  }
}

void decoder::tuple(const tuple_shape& shape, json_value& json, void* into, const place* around) {
  place here{around, &shape};
  std::size_t count = 0;
  for (auto each : enter_array(shape, json, around)) {
    here.index = count++;
    auto& read = part(each, &here);
    if (count > shape.count) fail(around, "expected " + expected(shape) + ", found more");
    const auto& element = shape.elements[here.index];
    value(*element.value, read, element.get(into), &here);
  }
  leave();
  if (count != shape.count) {
    fail(around, "expected " + expected(shape) + ", found " + std::to_string(count));
  }
}

void decoder::map(const map_shape& shape, json_value& json, void* into, const place* around) {
  shape.clear(into);
  place here{around, &shape};
  for (auto each : enter_object(shape, json, around)) {
    here.key = nullptr;
    auto& field = part(each, &here);
    const auto name = key(field, &here);
    const auto entry = shape.insert(into, name);
    if (entry.outcome == insertion::bad_key) {
      fail(around, "expected a key that is " + expected(*shape.key) + ", found " + quoted(name));
    }
    here.key = entry.key;
    if (entry.outcome == insertion::duplicate) fail(&here, "the key occurs twice");
    value(*shape.value, field.value(), entry.value, &here);
  }
  leave();
}

void decoder::variant(const variant_shape& shape, json_value& json, void* into,
                      const place* around) {
  place here{around, &shape, place::none};
  for (auto each : enter_object(shape, json, around)) {
    auto& field = part(each, &here);
    const auto tag = key(field, &here);
    if (here.index != place::none) {
      fail(around, "expected " + expected(shape) + ", found another key " + quoted(tag));
    }
    std::size_t index = 0;
    while (index < shape.count && shape.alternatives[index].tag != tag) ++index;
    if (index == shape.count) {
      fail(around, "expected " + expected(shape) + ", found the key " + quoted(tag));
    }
    here.index = index;
    const auto& alternative = shape.alternatives[index];
    value(*alternative.value, field.value(), alternative.emplace(into), &here);
  }
  leave();
  if (here.index == place::none) fail(around, "expected " + expected(shape) + ", found no key");
}

void decoder::object(const object_shape& shape, json_value& json, void* into, const place* around) {
  place here{around, &shape, place::none};
  std::uint64_t seen = 0;
  std::size_t expected_next = 0;
  for (auto each : enter_object(shape, json, around)) {
    auto& read = part(each, &here);
    // Fields mostly come in the order of their declaration, and without escapes.
    here.index = expected_next;
    if (expected_next == shape.count || !is_named(read, shape.fields[expected_next])) {
      here.index = find_field(shape, read, here);
    }
    if (here.index == place::none) {
      skip(read.value(), &here);
      continue;
    }
    const auto bit = std::uint64_t{1} << here.index;
    if ((seen & bit) != 0) [[unlikely]]
      fail(&here, "the field occurs twice");
    seen |= bit;
    expected_next = here.index + 1;
    const auto& field = shape.fields[here.index];
    if (field.value->kind == kind::text) {
      text(*field.value, read.value(), *static_cast<std::string*>(field.get(into)), &here);
    } else {
      value(*field.value, read.value(), field.get(into), &here);
    }
    here.index = place::none;
  }
  leave();
  const auto all = shape.count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << shape.count) - 1;
  if (seen != all) complete(shape, seen, into, here);
}

std::size_t decoder::find_field(const object_shape& shape, simdjson::ondemand::field& json,
                                const place& here) {
  const place object{here.around, here.shape, place::none};
  const auto name = key(json, &object);
  std::size_t index = 0;
  while (index < shape.count && shape.fields[index].name != name) ++index;
  return index < shape.count ? index : place::none;
}

void decoder::complete(const object_shape& shape, std::uint64_t seen, void* object, place& here) {
  for (here.index = 0; here.index < shape.count; ++here.index) {
    const auto bit = std::uint64_t{1} << here.index;
    if ((seen & bit) != 0) continue;
    const auto& field = shape.fields[here.index];
    if ((shape.optional_fields & bit) == 0) {
      fail(&here, "the field is missing; expected " + expected(*field.value));
    }
    static_cast<const optional_shape*>(field.value)->reset(field.get(object));
  }
}

}  // namespace messagebus::codec::detail
