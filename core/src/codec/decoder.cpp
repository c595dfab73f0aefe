#include "decoder.hpp"

#include <messagebus/codec/raw_json.hpp>

#include <algorithm>
#include <exception>
#include <new>

#include "inner_value.hpp"
#include "number.hpp"
#include "scalar.hpp"

namespace messagebus::codec::detail {

decoder::decoder(std::string_view json, const decode_limits& limits)
    : reader_(json),
      depth_max_(std::min(limits.depth_max, depth_ceiling)),
      depth_left_(depth_max_) {}

void decoder::document(const shape& shape, void* into) {
  reader_.skip_space();
  value(shape, into, nullptr);
  reader_.skip_space();
  if (!reader_.is_at_end()) {
    fail(nullptr, reader_.fault() + ", after the end of the value");
  }
}

void decoder::value(const shape& shape, void* into, const place* here) {
  switch (shape.kind) {
    case kind::text:
      return text(*static_cast<std::string*>(into), shape, here);
    case kind::uuid:
    case kind::timestamp:
    case kind::bytes:
    case kind::enumeration:
      return parsed_text(shape, into, here);
    case kind::boolean:
      return boolean(shape, into, here);
    case kind::null:
      return null(shape, here);
    case kind::raw:
      return raw(into, here);
    case kind::ignored:
      return skip(here);
    case kind::optional: {
      const auto& optional = static_cast<const optional_shape&>(shape);
      if (reader_.take("null")) return optional.reset(into);
      return value(*optional.value, optional.emplace(into), here);
    }
    case kind::converted:
      return converted(static_cast<const converted_shape&>(shape), into, here);
    case kind::sequence:
      return sequence(static_cast<const sequence_shape&>(shape), into, here);
    case kind::tuple:
      return tuple(static_cast<const tuple_shape&>(shape), into, here);
    case kind::map:
      return map(static_cast<const map_shape&>(shape), into, here);
    case kind::object:
      return object(static_cast<const object_shape&>(shape), into, here);
    case kind::variant:
      return variant(static_cast<const variant_shape&>(shape), into, here);
    default:
      return number(shape, into, here);
  }
}

// Single values ----------------------------------------------------------------------------------

void decoder::text(std::string& into, const shape& shape, const place* here) {
  if (reader_.next() != '"') [[unlikely]]
    fail_type(shape, here);
  std::string_view content;
  // What has escapes is put together in its place.
  if (!reader_.read_string(into, content)) [[unlikely]]
    fail_syntax(here);
  if (content.data() != into.data()) into.assign(content);
}

void decoder::parsed_text(const shape& shape, void* into, const place* here) {
  if (reader_.next() != '"') [[unlikely]]
    fail_type(shape, here);
  std::string_view content;
  if (!reader_.read_string(buffer_, content)) [[unlikely]]
    fail_syntax(here);
  if (!read_text(shape, content, into)) [[unlikely]]
    fail_value(shape, "a string " + quoted(content), here);
}

void decoder::number(const shape& shape, void* into, const place* here) {
  const char first = reader_.next();
  if (first != '-' && (first < '0' || first > '9')) [[unlikely]]
    fail_type(shape, here);
  number_text number;
  if (!reader_.read_number(number)) [[unlikely]]
    fail_syntax(here);
  const bool is_stored = is_integer(shape.kind)
                             ? number.is_integer && read_integer(shape.kind, number.text, into)
                             : read_float(shape.kind, number.text, into);
  if (!is_stored) [[unlikely]]
    fail_number(shape, number.text, here);
}

void decoder::boolean(const shape& shape, void* into, const place* here) {
  const bool is_true = reader_.take("true");
  if (!is_true && !reader_.take("false")) fail_type(shape, here);
  *static_cast<bool*>(into) = is_true;
}

void decoder::null(const shape& shape, const place* here) {
  if (!reader_.take("null")) fail_type(shape, here);
}

void decoder::raw(void* into, const place* here) {
  const char* const start = reader_.position();
  skip(here);
  auto& text = static_cast<raw_json*>(into)->text;
  text.clear();
  append_compact({start, static_cast<std::size_t>(reader_.position() - start)}, text);
}

void decoder::converted(const converted_shape& shape, void* into, const place* here) {
  const inner_value inner(shape);
  value(*shape.inner, inner.get(), here);
  try {
    shape.from(into, inner.get());
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& failure) {
    fail(here, failure.what());
  }
}

// Arrays and objects -----------------------------------------------------------------------------

bool decoder::begin(char open, char close, const shape& shape, const place* around) {
  if (!reader_.take(open)) [[unlikely]]
    fail_type(shape, around);
  if (depth_left_ == 0) [[unlikely]] {
    fail(around,
         "nested more deeply than the limit of " + std::to_string(depth_max_) +
             ": raise decode_limits::depth_max (at most " + std::to_string(depth_ceiling) + ")",
         errc::limit_exceeded);
  }
  --depth_left_;
  reader_.skip_space();
  if (!reader_.take(close)) [[likely]]
    return true;
  ++depth_left_;
  return false;
}

bool decoder::go_on(char close, const place* here) {
  reader_.skip_space();
  if (reader_.take(',')) {
    reader_.skip_space();
    return true;
  }
  if (!reader_.take(close)) [[unlikely]]
    fail_syntax(here);
  ++depth_left_;
  return false;
}

std::string_view decoder::key(const place* here) {
  std::string_view name;
  if (reader_.next() != '"' || !reader_.read_string(buffer_, name)) [[unlikely]]
    fail_syntax(here);
  return name;
}

void decoder::colon(const place* here) {
  reader_.skip_space();
  if (!reader_.take(':')) [[unlikely]]
    fail_syntax(here);
  reader_.skip_space();
}

void decoder::sequence(const sequence_shape& shape, void* into, const place* around) {
  if (!shape.is_fixed) shape.clear(into);
  place here{around, &shape};
  std::size_t count = 0;
  if (begin('[', ']', shape, around)) {
    do {
      here.index = count++;
      if (!shape.is_fixed) {
        value(*shape.element, shape.append(into), &here);
        continue;
      }
      const auto view = shape.view(into);
      if (count > view.count) {
        fail(around, "expected " + count_of_elements(view.count) + ", found more");
      }
      value(*shape.element, static_cast<char*>(view.first) + here.index * shape.element_bytes,
            &here);
    } while (go_on(']', &here));
  }
  if (shape.is_fixed && count != shape.view(into).count) {
    fail(around, "expected " + count_of_elements(shape.view(into).count) + ", found " +
                     std::to_string(count));
  }
}

void decoder::tuple(const tuple_shape& shape, void* into, const place* around) {
  place here{around, &shape};
  std::size_t count = 0;
  if (begin('[', ']', shape, around)) {
    do {
      here.index = count++;
      if (count > shape.count) fail(around, "expected " + expected(shape) + ", found more");
      const auto& element = shape.elements[here.index];
      value(*element.value, element.get(into), &here);
    } while (go_on(']', &here));
  }
  if (count != shape.count) {
    fail(around, "expected " + expected(shape) + ", found " + std::to_string(count));
  }
}

void decoder::map(const map_shape& shape, void* into, const place* around) {
  shape.clear(into);
  place here{around, &shape};
  if (!begin('{', '}', shape, around)) return;
  do {
    here.key = nullptr;
    const auto name = key(&here);
    const auto entry = shape.insert(into, name);
    if (entry.outcome == insertion::bad_key) {
      fail(around, "expected a key that is " + expected(*shape.key) + ", found " + quoted(name));
    }
    here.key = entry.key;
    if (entry.outcome == insertion::duplicate) fail(&here, "the key occurs twice");
    colon(&here);
    value(*shape.value, entry.value, &here);
  } while (go_on('}', &here));
}

void decoder::variant(const variant_shape& shape, void* into, const place* around) {
  place here{around, &shape, place::none};
  if (!begin('{', '}', shape, around)) {
    fail(around, "expected " + expected(shape) + ", found no key");
  }
  do {
    const auto tag = key(&here);
    if (here.index != place::none) {
      fail(around, "expected " + expected(shape) + ", found another key " + quoted(tag));
    }
    std::size_t index = 0;
    while (index < shape.count && shape.alternatives[index].tag != tag) ++index;
    if (index == shape.count) {
      fail(around, "expected " + expected(shape) + ", found the key " + quoted(tag));
    }
    here.index = index;
    colon(&here);
    value(*shape.alternatives[index].value, shape.alternatives[index].emplace(into), &here);
  } while (go_on('}', &here));
}

void decoder::object(const object_shape& shape, void* into, const place* around) {
  place here{around, &shape, place::none};
  std::uint64_t seen = 0;
  std::size_t expected_next = 0;
  if (begin('{', '}', shape, around)) {
    do {
      // Fields mostly come in the order of their declaration, and without spaces.
      here.index = expected_next;
      if (expected_next == shape.count || !take_key(shape.fields[expected_next])) {
        here.index = find_field(shape, here);
      }
      if (here.index == place::none) {
        skip(&here);
        continue;
      }
      const auto bit = std::uint64_t{1} << here.index;
      if ((seen & bit) != 0) [[unlikely]]
        fail(&here, "the field occurs twice");
      seen |= bit;
      expected_next = here.index + 1;
      const auto& field = shape.fields[here.index];
      value(*field.value, field.get(into), &here);
    } while (go_on('}', &here));
  }
  const auto all = shape.count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << shape.count) - 1;
  if (seen != all) complete(shape, seen, into, here);
}

bool decoder::take_key(const field& field) noexcept {
  const std::string_view key(field.key.block.data() + 1, field.name.size() + 3);
  if (!field.key.fits || !reader_.take(key)) return false;
  reader_.skip_space();
  return true;
}

std::size_t decoder::find_field(const object_shape& shape, place& here) {
  here.index = place::none;
  const auto name = key(&here);
  std::size_t index = 0;
  while (index < shape.count && shape.fields[index].name != name) ++index;
  colon(&here);
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

// What nobody wants ------------------------------------------------------------------------------

void decoder::skip(const place* here) {
  std::string_view content;
  number_text number;
  switch (reader_.next()) {
    case '{':
      if (!begin('{', '}', ignored_shape, here)) return;
      do {
        key(here);
        colon(here);
        skip(here);
      } while (go_on('}', here));
      return;
    case '[':
      if (!begin('[', ']', ignored_shape, here)) return;
      do {
        skip(here);
      } while (go_on(']', here));
      return;
    case '"':
      if (!reader_.read_string(buffer_, content)) fail_syntax(here);
      return;
    case 't':
    case 'f':
    case 'n':
      if (!reader_.take("true") && !reader_.take("false") && !reader_.take("null")) {
        fail_syntax(here);
      }
      return;
    default:
      if (!reader_.read_number(number)) fail_syntax(here);
      return;
  }
}

}  // namespace messagebus::codec::detail
