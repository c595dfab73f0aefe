#include "path.hpp"

#include <messagebus/domain/uuid.hpp>

#include <algorithm>
#include <cstring>

#include "number.hpp"
#include "writer.hpp"

namespace messagebus::codec::detail {

void path::key(std::string_view name) {
  text_.append("[").append(quoted(name)).append("]");
}

namespace {

void append_path(const place* here, path& path) {
  if (here == nullptr) return;
  append_path(here->around, path);
  switch (here->shape->kind) {
    case kind::object: {
      const auto& shape = static_cast<const object_shape&>(*here->shape);
      if (here->index != place::none) path.field(shape.fields[here->index].name);
      break;
    }
    case kind::variant: {
      const auto& shape = static_cast<const variant_shape&>(*here->shape);
      if (here->index != place::none) path.field(shape.alternatives[here->index].tag);
      break;
    }
    case kind::map:
      if (here->key != nullptr) {
        path.key(key_text(*static_cast<const map_shape&>(*here->shape).key, here->key));
      }
      break;
    default:
      path.element(here->index);
      break;
  }
}

}  // namespace

path path_of(const place* here) {
  path path;
  append_path(here, path);
  return path;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t shown_bytes_max = 80;
  std::string result;
  auto shown = text.substr(0, shown_bytes_max);
  // Not in the middle of a UTF-8 sequence.
  while (shown.size() < text.size() && !shown.empty() &&
         (static_cast<unsigned char>(text[shown.size()]) & 0xc0) == 0x80) {
    shown.remove_suffix(1);
  }
  writer out(result);
  out.put_string(shown, bad_text::replaced);
  out.flush();
  if (shown.size() < text.size()) {
    result.append("… (").append(std::to_string(text.size())).append(" bytes)");
  }
  return result;
}

namespace {

std::string enumerator_names(const enumeration_shape& shape) {
  constexpr std::size_t shown_max = 16;
  std::string names = "one of ";
  for (std::size_t i = 0; i < std::min(shape.count, shown_max); ++i) {
    if (i != 0) names.append(", ");
    names.append(quoted(shape.enumerators[i].name));
  }
  if (shape.count > shown_max) names.append(", …");
  return names;
}

std::string tags(const variant_shape& shape) {
  std::string names = "an object with one key of ";
  for (std::size_t i = 0; i < shape.count; ++i) {
    if (i != 0) names.append(", ");
    names.append(quoted(shape.alternatives[i].tag));
  }
  return names;
}

}  // namespace

std::string count_of_elements(std::size_t count) {
  return "an array of " + std::to_string(count) + (count == 1 ? " element" : " elements");
}

std::string expected(const shape& shape) {
  if (is_integer(shape.kind)) return "an integer " + integer_range(shape.kind);
  switch (shape.kind) {
    case kind::boolean:
      return "true or false";
    case kind::float32:
      return "a number within the range of float";
    case kind::float64:
      return "a number within the range of double";
    case kind::text:
    case kind::text_view:
      return "a string";
    case kind::uuid:
      return "a UUID of 36 characters";
    case kind::timestamp:
      return "a timestamp such as \"2025-12-22T10:11:12.123456+00:00\"";
    case kind::bytes:
      return "bytes as a string in base64";
    case kind::null:
      return "null";
    case kind::enumeration:
      return enumerator_names(static_cast<const enumeration_shape&>(shape));
    case kind::optional:
      return expected(*static_cast<const optional_shape&>(shape).value) + ", or null";
    case kind::sequence:
      return "an array";
    case kind::tuple:
      return count_of_elements(static_cast<const tuple_shape&>(shape).count);
    case kind::map:
    case kind::object:
      return "an object";
    case kind::variant:
      return tags(static_cast<const variant_shape&>(shape));
    case kind::converted:
      return expected(*static_cast<const converted_shape&>(shape).inner);
    default:
      return "any value";
  }
}

const enumerator* find_enumerator(const enumeration_shape& shape, const void* value) {
  std::uint64_t stored = 0;
  std::uint64_t mask = ~std::uint64_t{0};
  if (shape.width_bytes < 8) mask = (std::uint64_t{1} << (8 * shape.width_bytes)) - 1;
  stored = load_bits(value, shape.width_bytes);
  // Most enums count from 0.
  if (stored < shape.count && (shape.enumerators[stored].value & mask) == stored) {
    return shape.enumerators + stored;
  }
  for (std::size_t i = 0; i < shape.count; ++i) {
    if ((shape.enumerators[i].value & mask) == stored) return shape.enumerators + i;
  }
  return nullptr;
}

std::string number_text_of(const enumeration_shape& shape, const void* value) {
  const auto bits = load_bits(value, shape.width_bytes);
  if (!shape.is_signed) return std::to_string(bits);
  const auto unused_bits = 64 - 8 * shape.width_bytes;
  return std::to_string(static_cast<std::int64_t>(bits << unused_bits) >> unused_bits);
}

std::string key_text(const shape& shape, const void* key) {
  switch (shape.kind) {
    case kind::text:
      return *static_cast<const std::string*>(key);
    case kind::uuid:
      return static_cast<const uuid*>(key)->to_string();
    case kind::enumeration: {
      const auto& enumeration = static_cast<const enumeration_shape&>(shape);
      const auto* found = find_enumerator(enumeration, key);
      if (found != nullptr) return std::string(found->name);
      return number_text_of(enumeration, key);
    }
    default: {
      char text[integer_text_bytes_max];
      return {text, write_integer(shape.kind, key, text)};
    }
  }
}

}  // namespace messagebus::codec::detail
