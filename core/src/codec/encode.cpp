#include <messagebus/codec/json.hpp>

#include <algorithm>
#include <exception>

#include "base64.hpp"
#include "number.hpp"
#include "path.hpp"
#include "writer.hpp"

namespace messagebus::codec::detail {
namespace {

/// What is shown where a value cannot be written: nothing but an error, or as well as can be.
enum class fidelity { exact, lossy };

// Tables are filled from functions that take what they may also change; encoding changes nothing.
void* unchanged(const void* value) {
  return const_cast<void*>(value);
}

class encoder {
 public:
  encoder(writer& out, fidelity fidelity, std::size_t bytes_max, std::size_t depth_max)
      : out_(out),
        fidelity_(fidelity),
        bytes_max_(bytes_max),
        depth_max_(depth_max),
        depth_left_(depth_max) {}

  void value(const shape& shape, const void* value, const place* here);

 private:
  void text(std::string_view text, const place* here) {
    const auto policy = is_lossy() ? bad_text::replaced : bad_text::refused;
    const auto bad = out_.put_string(text, policy);
    if (bad != std::string_view::npos) [[unlikely]]
      refuse_text(text, bad, here);
  }

  void number(const shape& shape, const void* value, const place* here);
  void identifier(const uuid& id);
  void instant(timestamp instant, const place* here);
  void enumeration(const enumeration_shape& shape, const void* value, const place* here);
  void raw(const raw_json& value, const place* here);
  void sequence(const sequence_shape& shape, const void* value, const place* here);
  void tuple(const tuple_shape& shape, const void* value, const place* here);
  void map(const map_shape& shape, const void* value, const place* here);
  void key(const shape& shape, const void* key, const place* here);
  void object(const object_shape& shape, const void* value, const place* here);
  void variant(const variant_shape& shape, const void* value, const place* here);
  void converted(const converted_shape& shape, const void* value, const place* here);

  bool enter(const place* here);
  void leave() noexcept { ++depth_left_; }
  bool is_lossy() const noexcept { return fidelity_ == fidelity::lossy; }

  [[noreturn]] static void refuse(const place* here, const std::string& what,
                                  errc code = errc::encode);
  [[noreturn]] static void refuse_text(std::string_view text, std::size_t bad, const place* here);

  writer& out_;
  fidelity fidelity_;
  std::size_t bytes_max_;
  std::size_t depth_max_;
  std::size_t depth_left_;
};

void encoder::refuse(const place* here, const std::string& what, errc code) {
  throw encode_error(path_of(here).text() + ": " + what, code);
}

void encoder::refuse_text(std::string_view text, std::size_t bad, const place* here) {
  refuse(here, "text is not UTF-8: byte " + std::to_string(static_cast<unsigned char>(text[bad])) +
                   " at position " + std::to_string(bad) + " of " + quoted(text));
}

bool encoder::enter(const place* here) {
  if (depth_left_ == 0) [[unlikely]] {
    if (is_lossy()) {
      out_.put("…");
      return false;
    }
    refuse(here,
           "nested more deeply than the limit of " + std::to_string(depth_max_) +
               ": raise encode_limits::depth_max (at most " + std::to_string(depth_ceiling) + ")",
           errc::limit_exceeded);
  }
  --depth_left_;
  return true;
}

void encoder::value(const shape& shape, const void* value, const place* here) {
  switch (shape.kind) {
    case kind::boolean:
      return out_.put(*static_cast<const bool*>(value) ? "true" : "false");
    case kind::float32:
    case kind::float64:
      return number(shape, value, here);
    case kind::text:
      return text(*static_cast<const std::string*>(value), here);
    case kind::text_view:
      return text(*static_cast<const std::string_view*>(value), here);
    case kind::uuid:
      return identifier(*static_cast<const uuid*>(value));
    case kind::timestamp:
      return instant(*static_cast<const timestamp*>(value), here);
    case kind::bytes:
      out_.put('"');
      write_base64(out_, *static_cast<const std::vector<std::byte>*>(value));
      return out_.put('"');
    case kind::null:
      return out_.put("null");
    case kind::raw:
      return raw(*static_cast<const raw_json*>(value), here);
    case kind::enumeration:
      return enumeration(static_cast<const enumeration_shape&>(shape), value, here);
    case kind::optional: {
      const auto& optional = static_cast<const optional_shape&>(shape);
      const void* held = optional.get(unchanged(value));
      return held != nullptr ? this->value(*optional.value, held, here) : out_.put("null");
    }
    case kind::sequence:
      return sequence(static_cast<const sequence_shape&>(shape), value, here);
    case kind::tuple:
      return tuple(static_cast<const tuple_shape&>(shape), value, here);
    case kind::map:
      return map(static_cast<const map_shape&>(shape), value, here);
    case kind::object:
      return object(static_cast<const object_shape&>(shape), value, here);
    case kind::variant:
      return variant(static_cast<const variant_shape&>(shape), value, here);
    case kind::converted:
      return converted(static_cast<const converted_shape&>(shape), value, here);
    default:
      return out_.advance(write_integer(shape.kind, value, out_.room(integer_text_bytes_max)));
  }
}

void encoder::number(const shape& shape, const void* value, const place* here) {
  char* const text = out_.room(float_text_bytes_max);
  char* const end = write_float(shape.kind, value, text);
  // Of all texts only those of infinities and of what is no number end in a letter.
  if ((end[-1] < '0' || end[-1] > '9') && !is_lossy()) [[unlikely]] {
    refuse(here, std::string(text, end) + " is a number that JSON does not have");
  }
  out_.advance(end);
}

void encoder::identifier(const uuid& id) {
  char* text = out_.room(uuid::text_bytes + 2);
  *text++ = '"';
  text = id.to_chars(text);
  *text++ = '"';
  out_.advance(text);
}

void encoder::instant(timestamp instant, const place* here) {
  char* const text = out_.room(timestamp_text_bytes_max + 2);
  char* end = format_timestamp(instant, text + 1);
  if (end == nullptr) [[unlikely]] {
    const auto micros = std::to_string(instant.time_since_epoch().count());
    if (is_lossy()) return out_.put(micros);
    refuse(here, "a timestamp outside the years 1 to 9999: " + micros + " microseconds since 1970");
  }
  *text = '"';
  *end++ = '"';
  out_.advance(end);
}

void encoder::enumeration(const enumeration_shape& shape, const void* value, const place* here) {
  const auto* found = find_enumerator(shape, value);
  if (found == nullptr) [[unlikely]] {
    const auto number = number_text_of(shape, value);
    if (is_lossy()) return out_.put(number);
    refuse(here, "the value " + number + " of an enum has no name; expected " + expected(shape));
  }
  out_.put('"');
  out_.put(found->name);
  out_.put('"');
}

void encoder::raw(const raw_json& value, const place* here) {
  const auto fault = json_fault(value.text, {.bytes_max = bytes_max_, .depth_max = depth_left_});
  if (!fault) return out_.put(value.text);
  if (is_lossy()) return text(value.text, here);
  refuse(here, "the text of a raw_json is not JSON: " + *fault);
}

void encoder::sequence(const sequence_shape& shape, const void* value, const place* around) {
  if (!enter(around)) return;
  const auto view = shape.view(unchanged(value));
  const auto* element = static_cast<const char*>(view.first);
  place here{around, &shape};
  out_.put('[');
  for (; here.index < view.count; ++here.index, element += shape.element_bytes) {
    if (here.index != 0) out_.put(',');
    this->value(*shape.element, element, &here);
  }
  out_.put(']');
  leave();
}

void encoder::tuple(const tuple_shape& shape, const void* value, const place* around) {
  if (!enter(around)) return;
  place here{around, &shape};
  out_.put('[');
  for (; here.index < shape.count; ++here.index) {
    const auto& element = shape.elements[here.index];
    if (here.index != 0) out_.put(',');
    this->value(*element.value, element.get(unchanged(value)), &here);
  }
  out_.put(']');
  leave();
}

void encoder::key(const shape& shape, const void* key, const place* here) {
  if (shape.kind == kind::text) return text(*static_cast<const std::string*>(key), here);
  if (shape.kind == kind::uuid) return identifier(*static_cast<const uuid*>(key));
  if (shape.kind == kind::enumeration) {
    return enumeration(static_cast<const enumeration_shape&>(shape), key, here);
  }
  out_.put('"');
  value(shape, key, here);
  out_.put('"');
}

void encoder::map(const map_shape& shape, const void* value, const place* around) {
  struct entry_writer : map_visitor {
    encoder* self;
    const map_shape* shape;
    place here;
  };
  if (!enter(around)) return;
  entry_writer entries;
  entries.self = this;
  entries.shape = &shape;
  entries.here = {around, &shape};
  entries.visit = [](map_visitor& visitor, const void* key, const void* held) {
    auto& entry = static_cast<entry_writer&>(visitor);
    auto& self = *entry.self;
    if (entry.here.key != nullptr) self.out_.put(',');
    entry.here.key = key;
    self.key(*entry.shape->key, key, &entry.here);
    self.out_.put(':');
    self.value(*entry.shape->value, held, &entry.here);
  };
  out_.put('{');
  shape.visit(value, entries);
  out_.put('}');
  leave();
}

void encoder::object(const object_shape& shape, const void* value, const place* around) {
  if (!enter(around)) return;
  place here{around, &shape};
  out_.put('{');
  for (; here.index < shape.count; ++here.index) {
    const field& field = shape.fields[here.index];
    const bool first = here.index == 0;
    if (field.key.fits) [[likely]] {
      char* const text = out_.room(field_key::block_bytes);
      std::memcpy(text, field.key.block.data() + first, field_key::block_bytes - 1);
      out_.advance(text + field.name.size() + (first ? 3 : 4));
    } else {
      out_.put(first ? "\"" : ",\"");
      out_.put(field.name);
      out_.put("\":");
    }
    const void* member = field.get(unchanged(value));
    if (field.value->kind == kind::text) {
      text(*static_cast<const std::string*>(member), &here);
    } else {
      this->value(*field.value, member, &here);
    }
  }
  out_.put('}');
  leave();
}

void encoder::variant(const variant_shape& shape, const void* value, const place* around) {
  const auto index = shape.index(value);
  if (index >= shape.count) [[unlikely]] {
    if (is_lossy()) return out_.put("(valueless)");
    refuse(around, "the variant holds no value, since an exception left it so");
  }
  if (!enter(around)) return;
  const place here{around, &shape, index};
  out_.put('{');
  text(shape.alternatives[index].tag, &here);
  out_.put(':');
  this->value(*shape.alternatives[index].value, shape.get(unchanged(value)), &here);
  out_.put('}');
  leave();
}

void encoder::converted(const converted_shape& shape, const void* value, const place* here) {
  struct inner_writer : value_visitor {
    encoder* self;
    const detail::shape* inner;
    const place* here;
    bool converted = false;
  };
  inner_writer writer;
  writer.self = this;
  writer.inner = shape.inner;
  writer.here = here;
  writer.visit = [](value_visitor& visitor, const void* inner) {
    auto& self = static_cast<inner_writer&>(visitor);
    self.converted = true;
    self.self->value(*self.inner, inner, self.here);
  };
  try {
    shape.to(value, writer);
  } catch (const std::exception& failure) {
    // What the encoder itself refused carries its path already.
    if (writer.converted) throw;
    if (is_lossy()) return text(failure.what(), here);
    refuse(here, failure.what());
  }
}

void encode(const shape& shape, const void* value, std::string& out, fidelity fidelity,
            const encode_limits& limits) {
  const auto before = out.size();
  try {
    writer writer(out, limits.bytes_max);
    encoder encoder(writer, fidelity, limits.bytes_max, std::min(limits.depth_max, depth_ceiling));
    encoder.value(shape, value, nullptr);
    writer.flush();
  } catch (...) {
    out.resize(before);
    throw;
  }
}

}  // namespace

void encode(const shape& shape, const void* value, std::string& out, const encode_limits& limits) {
  encode(shape, value, out, fidelity::exact, limits);
}

void encode_lossy(const shape& shape, const void* value, std::string& out) {
  constexpr encode_limits none{.bytes_max = static_cast<std::size_t>(-1),
                               .depth_max = depth_ceiling};
  encode(shape, value, out, fidelity::lossy, none);
}

}  // namespace messagebus::codec::detail

namespace messagebus::codec {

void append_json_string(std::string& out, std::string_view text) {
  constexpr encode_limits unlimited{.bytes_max = static_cast<std::size_t>(-1)};
  detail::encode(detail::shape_of<std::string_view>::value, &text, out, unlimited);
}

}  // namespace messagebus::codec
