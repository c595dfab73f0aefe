#include "decoder.hpp"

#include <messagebus/codec/raw_json.hpp>

#include <algorithm>
#include <exception>

#include "inner_value.hpp"
#include "number.hpp"
#include "scalar.hpp"
#include "token_walk.hpp"

namespace messagebus::codec::detail {

void decoder::start(const shape& shape, std::string_view json, void* into,
                    const decode_limits& limits) {
  slot_shape_ = &shape;
  slot_ = shape.kind == kind::ignored ? this : into;
  begin_ = json.data();
  end_ = json.data() + json.size();
  mark_ = begin_;
  events_after_mark_ = 0;
  depth_ = 0;
  depth_max_ = std::min(limits.depth_max, depth_ceiling);
}

void decoder::clear() noexcept {
  constexpr std::size_t kept_bytes_max = 64 * 1024;
  // The inner value of a conversion is the target of the frame above its own.
  for (; !frames_.empty(); frames_.pop_back()) {
    const auto& top = frames_.back();
    if (top.shape->kind != kind::converted) continue;
    const auto& shape = static_cast<const converted_shape&>(*top.shape);
    void* const inner = const_cast<void*>(top.entry);
    shape.destroy(inner);
    free_storage(shape, inner);
  }
  skipped_depth_ = 0;
  raw_target_ = nullptr;
  parts_.clear();
  for (auto* buffer : {&parts_, &whole_}) {
    if (buffer->capacity() > kept_bytes_max) std::string().swap(*buffer);
  }
}

const char* decoder::locate() {
  for (; events_after_mark_ != 0; --events_after_mark_) mark_ = skip_token(mark_, end_);
  return mark_;
}

// Slots ------------------------------------------------------------------------------------------

void decoder::ignore_slot() {
  slot_shape_ = &ignored_shape;
  slot_ = this;
}

void decoder::next_element() {
  auto& top = frames_.back();
  if (top.shape->kind == kind::tuple) {
    const auto& shape = static_cast<const tuple_shape&>(*top.shape);
    if (top.index == shape.count) {
      fail(path_of(frames_.size(), false), "expected " + expected(shape) + ", found more");
    }
    const auto& element = shape.elements[top.index++];
    slot_shape_ = element.value;
    slot_ = element.get(top.target);
    return;
  }
  const auto& shape = static_cast<const sequence_shape&>(*top.shape);
  slot_shape_ = shape.element;
  if (!shape.is_fixed) {
    slot_ = shape.append(top.target);
    ++top.index;
    return;
  }
  const auto view = shape.view(top.target);
  if (top.index == view.count) {
    fail(path_of(frames_.size(), false),
         "expected an array of " + std::to_string(view.count) + " elements, found more");
  }
  slot_ = static_cast<char*>(view.first) + top.index++ * shape.element_bytes;
}

void decoder::select(std::string_view key) {
  auto& top = frames_.back();
  switch (top.shape->kind) {
    case kind::object:
      return select_field(top, static_cast<const object_shape&>(*top.shape), key);
    case kind::map:
      return select_entry(top, static_cast<const map_shape&>(*top.shape), key);
    default:
      return select_alternative(top, static_cast<const variant_shape&>(*top.shape), key);
  }
}

void decoder::select_field(frame& top, const object_shape& shape, std::string_view key) {
  // Fields mostly come in the order of their declaration.
  auto index = top.index + 1;
  if (index >= shape.count || shape.fields[index].name != key) [[unlikely]] {
    index = 0;
    while (index < shape.count && shape.fields[index].name != key) ++index;
    if (index == shape.count) return ignore_slot();
  }
  const auto& field = shape.fields[index];
  const auto bit = std::uint64_t{1} << index;
  top.index = index;
  slot_shape_ = field.value;
  slot_ = field.get(top.target);
  if ((top.seen & bit) != 0) [[unlikely]]
    fail(current_path(), "the field occurs twice");
  top.seen |= bit;
}

void decoder::select_entry(frame& top, const map_shape& shape, std::string_view key) {
  const auto [value, outcome] = shape.insert(top.target, key);
  if (outcome == insertion::bad_key) {
    fail(path_of(frames_.size(), false),
         "expected a key that is " + expected(*shape.key) + ", found " + quoted(key));
  }
  top.entry = value;
  slot_shape_ = shape.value;
  slot_ = value;
  if (outcome == insertion::duplicate) fail(current_path(), "the key occurs twice");
}

void decoder::select_alternative(frame& top, const variant_shape& shape, std::string_view key) {
  if (top.index != none) {
    fail(path_of(frames_.size(), false),
         "expected " + expected(shape) + ", found another key " + quoted(key));
  }
  std::size_t index = 0;
  while (index < shape.count && shape.alternatives[index].tag != key) ++index;
  if (index == shape.count) {
    fail(path_of(frames_.size(), false),
         "expected " + expected(shape) + ", found the key " + quoted(key));
  }
  top.index = index;
  slot_shape_ = shape.alternatives[index].value;
  slot_ = shape.alternatives[index].emplace(top.target);
}

// Arrays and objects -----------------------------------------------------------------------------

void decoder::begin(found_type type) {
  if (depth_ == depth_max_) [[unlikely]] {
    fail(current_path(),
         "nested more deeply than the limit of " + std::to_string(depth_max_) +
             ": raise decode_limits::depth_max (at most " + std::to_string(depth_ceiling) + ")",
         errc::limit_exceeded);
  }
  ++depth_;
  if (skipped_depth_ != 0) [[unlikely]] {
    ++skipped_depth_;
  } else {
    prepare_slot();
    begin_frame(type);
  }
  ++events_after_mark_;
}

// Optionals and conversions on the way to the value itself.
void decoder::resolve_slot() {
  for (;;) {
    if (slot_shape_->kind == kind::optional) {
      const auto& shape = static_cast<const optional_shape&>(*slot_shape_);
      slot_ = shape.emplace(slot_);
      slot_shape_ = shape.value;
    } else if (slot_shape_->kind == kind::converted) {
      const auto& shape = static_cast<const converted_shape&>(*slot_shape_);
      inner_value inner(shape);
      frames_.push_back({.shape = &shape, .target = slot_, .index = 0, .entry = inner.get()});
      slot_ = inner.get();
      slot_shape_ = shape.inner;
      inner.release();
    } else {
      return;
    }
  }
}

void decoder::begin_frame(found_type type) {
  resolve_slot();
  const auto& shape = *slot_shape_;
  const bool is_object = type == found_type::object;
  bool fits = false;
  std::size_t index = 0;
  switch (shape.kind) {
    case kind::object:
    case kind::variant:
      fits = is_object;
      index = none;
      break;
    case kind::map:
      fits = is_object;
      if (fits) static_cast<const map_shape&>(shape).clear(slot_);
      break;
    case kind::sequence: {
      const auto& sequence = static_cast<const sequence_shape&>(shape);
      fits = !is_object;
      if (fits && !sequence.is_fixed) sequence.clear(slot_);
      break;
    }
    case kind::tuple:
      fits = !is_object;
      break;
    case kind::raw:
      raw_target_ = slot_;
      raw_begin_ = skip_separators(locate());
      skipped_depth_ = 1;
      return;
    case kind::ignored:
      skipped_depth_ = 1;
      return;
    default:
      break;
  }
  if (!fits) fail_type({.type = type});
  frames_.push_back({.shape = &shape, .target = slot_, .index = index});
  slot_ = nullptr;
}

void decoder::end_skipped() {
  if (--skipped_depth_ != 0) return;
  if (raw_target_ != nullptr) {
    auto& text = static_cast<raw_json*>(raw_target_)->text;
    text.clear();
    append_compact(raw_begin_, locate(), text);
    raw_target_ = nullptr;
    finish_conversions();
  }
  slot_ = nullptr;
}

void decoder::end_frame() {
  check_complete(frames_.back());
  frames_.pop_back();
  finish_conversions();
  slot_ = nullptr;
}

void decoder::finish_conversions() {
  while (!frames_.empty() && frames_.back().shape->kind == kind::converted) {
    const auto& top = frames_.back();
    const auto& shape = static_cast<const converted_shape&>(*top.shape);
    void* const inner = const_cast<void*>(top.entry);
    convert(shape, top.target, inner);
    shape.destroy(inner);
    free_storage(shape, inner);
    frames_.pop_back();
  }
}

void decoder::check_complete(const frame& top) {
  const auto fail_here = [&](const std::string& what) {
    fail(path_of(frames_.size(), false), what);
  };
  switch (top.shape->kind) {
    case kind::object:
      return complete_object(top, static_cast<const object_shape&>(*top.shape));
    case kind::variant:
      if (top.index == none) fail_here("expected " + expected(*top.shape) + ", found no key");
      return;
    case kind::tuple:
      if (top.index != static_cast<const tuple_shape&>(*top.shape).count) {
        fail_here("expected " + expected(*top.shape) + ", found " + std::to_string(top.index));
      }
      return;
    case kind::sequence: {
      const auto& shape = static_cast<const sequence_shape&>(*top.shape);
      if (!shape.is_fixed) return;
      const auto count = shape.view(top.target).count;
      if (top.index != count) {
        fail_here("expected an array of " + std::to_string(count) + " elements, found " +
                  std::to_string(top.index));
      }
      return;
    }
    default:
      return;
  }
}

void decoder::complete_object(const frame& top, const object_shape& shape) {
  const auto all = shape.count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << shape.count) - 1;
  if (top.seen == all) [[likely]]
    return;
  for (std::size_t i = 0; i < shape.count; ++i) {
    const auto bit = std::uint64_t{1} << i;
    if ((top.seen & bit) != 0) continue;
    const auto& field = shape.fields[i];
    if ((shape.optional_fields & bit) == 0) {
      auto path = path_of(frames_.size(), false);
      path.field(field.name);
      fail(path, "the field is missing; expected " + expected(*field.value));
    }
    static_cast<const optional_shape*>(field.value)->reset(field.get(top.target));
  }
}

// Single values ----------------------------------------------------------------------------------

void decoder::scalar(const found_value& value) {
  if (!store(*slot_shape_, slot_, value)) fail_type(value);
}

bool decoder::store(const shape& shape, void* target, const found_value& value) {
  using type = found_type;
  switch (shape.kind) {
    case kind::ignored:
      return true;
    case kind::raw:
      store_raw(target);
      return true;
    case kind::optional: {
      const auto& optional = static_cast<const optional_shape&>(shape);
      if (value.type == type::null) {
        optional.reset(target);
        return true;
      }
      return store(*optional.value, optional.emplace(target), value);
    }
    case kind::converted:
      return store_converted(static_cast<const converted_shape&>(shape), target, value);
    case kind::null:
      return value.type == type::null;
    case kind::boolean:
      if (value.type != type::boolean) return false;
      *static_cast<bool*>(target) = value.boolean;
      return true;
    case kind::float32:
    case kind::float64: {
      const bool is_number =
          value.type == type::integer || value.type == type::natural || value.type == type::real;
      return is_number && store_float(shape.kind, value.text, value.real, target);
    }
    default:
      break;
  }
  if (is_integer(shape.kind)) {
    if (value.type == type::integer) return store_integer(shape.kind, value.integer, target);
    return value.type == type::natural && store_integer(shape.kind, value.natural, target);
  }
  return value.type == type::text && read_text(shape, value.text, target);
}

bool decoder::store_converted(const converted_shape& shape, void* target,
                              const found_value& value) {
  const inner_value inner(shape);
  if (!store(*shape.inner, inner.get(), value)) return false;
  convert(shape, target, inner.get());
  return true;
}

void decoder::store_raw(void* target) {
  const char* const begin = skip_separators(locate());
  static_cast<raw_json*>(target)->text.assign(begin, skip_token(begin, end_));
}

void decoder::convert(const converted_shape& shape, void* target, void* inner) {
  try {
    shape.from(target, inner);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& failure) {
    fail(current_path(), failure.what());
  }
}

// Errors -----------------------------------------------------------------------------------------

}  // namespace messagebus::codec::detail
