#include "decoder.hpp"

#include "number.hpp"
#include "scalar.hpp"

namespace messagebus::codec::detail {
namespace {

struct key_finder : map_visitor {
  const void* wanted = nullptr;
  const shape* key_shape = nullptr;
  detail::path* path = nullptr;
};

void append_key(const map_shape& shape, const void* map, const void* entry, path& path) {
  key_finder finder;
  finder.wanted = entry;
  finder.key_shape = shape.key;
  finder.path = &path;
  finder.visit = [](map_visitor& self, const void* key, const void* value) {
    const auto& found = static_cast<key_finder&>(self);
    if (value == found.wanted) found.path->key(key_text(*found.key_shape, key));
  };
  shape.visit(map, finder);
}

std::string description(const found_value& value) {
  switch (value.type) {
    case found_type::null:
      return "null";
    case found_type::boolean:
      return value.boolean ? "true" : "false";
    case found_type::text:
      return "a string " + quoted(value.text);
    case found_type::array:
      return "an array";
    case found_type::object:
      return "an object";
    default: {
      constexpr std::size_t shown_bytes_max = 40;
      const auto shown = value.text.substr(0, shown_bytes_max);
      const bool cut = shown.size() < value.text.size();
      return std::string("the number ").append(shown).append(cut ? "…" : "");
    }
  }
}

}  // namespace

path decoder::path_of(std::size_t frames, bool with_current) const {
  path path;
  for (std::size_t i = 0; i < frames; ++i) {
    const auto& step = frames_[i];
    const bool is_last = i + 1 == frames;
    if (is_last && !with_current) break;
    switch (step.shape->kind) {
      case kind::object: {
        const auto& shape = static_cast<const object_shape&>(*step.shape);
        if (is_last && slot_shape_ == &ignored_shape) break;
        if (step.index != none) path.field(shape.fields[step.index].name);
        break;
      }
      case kind::variant: {
        const auto& shape = static_cast<const variant_shape&>(*step.shape);
        if (step.index != none) path.field(shape.alternatives[step.index].tag);
        break;
      }
      case kind::map:
        if (step.entry != nullptr) {
          append_key(static_cast<const map_shape&>(*step.shape), step.target, step.entry, path);
        }
        break;
      case kind::sequence:
      case kind::tuple:
        if (step.index != 0) path.element(step.index - 1);
        break;
      default:
        break;
    }
  }
  return path;
}

void decoder::fail(const path& path, const std::string& what, errc code) const {
  throw decode_error(path.text() + ": " + what, code);
}

void decoder::fail_type(const found_value& value) const {
  fail(current_path(), "expected " + expected(*slot_shape_) + ", found " + description(value));
}

}  // namespace messagebus::codec::detail
