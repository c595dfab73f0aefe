#pragma once

#include <messagebus/codec/detail/shape.hpp>

namespace messagebus::codec::detail {

/// The shapes that lead to one, since a struct may contain itself.
struct shape_path {
  const shape_path* before;
  const detail::shape* shape;
};

/// Whether a struct has fields that its description does not name, or a struct within it has.
constexpr bool forgets_fields(const shape& written, const shape_path* before = nullptr) {
  for (const shape_path* at = before; at != nullptr; at = at->before) {
    if (at->shape == &written) return false;
  }
  const shape_path path{before, &written};
  const auto any = [&](const auto* parts, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      if (forgets_fields(*parts[i].value, &path)) return true;
    }
    return false;
  };
  switch (written.kind) {
    case kind::optional:
      return forgets_fields(*static_cast<const optional_shape&>(written).value, &path);
    case kind::sequence:
      return forgets_fields(*static_cast<const sequence_shape&>(written).element, &path);
    case kind::map:
      return forgets_fields(*static_cast<const map_shape&>(written).value, &path);
    case kind::converted:
      return forgets_fields(*static_cast<const converted_shape&>(written).inner, &path);
    case kind::tuple: {
      const auto& tuple = static_cast<const tuple_shape&>(written);
      return any(tuple.elements, tuple.count);
    }
    case kind::variant: {
      const auto& variant = static_cast<const variant_shape&>(written);
      return any(variant.alternatives, variant.count);
    }
    case kind::object: {
      const auto& object = static_cast<const object_shape&>(written);
      return object.forgets_fields || any(object.fields, object.count);
    }
    default:
      return false;
  }
}

}  // namespace messagebus::codec::detail
