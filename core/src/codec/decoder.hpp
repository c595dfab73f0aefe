#pragma once

#include <messagebus/codec/detail/shape.hpp>
#include <messagebus/codec/limits.hpp>
#include <messagebus/domain/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "path.hpp"

namespace messagebus::codec::detail {

/// What is read and thrown away.
inline constexpr shape ignored_shape{kind::ignored};

/// A value as the parser reports it.
enum class found_type { null, boolean, integer, natural, real, text, array, object };

struct found_value {
  found_type type;
  std::string_view text = {};  // of a string or a number
  std::int64_t integer = 0;
  std::uint64_t natural = 0;  // an integer beyond the range of int64
  double real = 0;
  bool boolean = false;
};

/// Puts the events of a parser into an object, guided by the table of its type.
///
/// It always knows the *slot*, where the next value goes; inside an array the slot is made when the
/// value comes. Arrays and objects on the way to the slot are frames on a stack.
class decoder {
 public:
  void start(const shape& shape, std::string_view json, void* into, const decode_limits& limits);
  /// Gives back what a decoding that ended in an error left behind.
  void clear() noexcept;

  void object_begin() { begin(found_type::object); }
  void array_begin() { begin(found_type::array); }
  void end() {
    ++events_after_mark_;
    if (skipped_depth_ != 0) [[unlikely]] {
      end_skipped();
    } else {
      end_frame();
    }
    --depth_;
  }

  void key_part(std::string_view text) { parts_.append(text); }
  void key(std::string_view text) {
    const auto name = whole(text);
    if (skipped_depth_ == 0) [[likely]]
      select(name);
    mark_string(text);
  }

  void text_part(std::string_view text) { parts_.append(text); }
  void text(std::string_view text) {
    const auto content = whole(text);
    if (skipped_depth_ == 0) [[likely]] {
      prepare_slot();
      if (slot_shape_->kind == kind::text) [[likely]] {
        static_cast<std::string*>(slot_)->assign(content.data(), content.size());
      } else {
        scalar({.type = found_type::text, .text = content});
      }
      slot_ = nullptr;
    }
    mark_string(text);
  }

  void number(const found_value& value) {
    if (skipped_depth_ == 0) [[likely]] {
      prepare_slot();
      scalar(value);
      slot_ = nullptr;
    }
    mark_ = value.text.data() + value.text.size();
    events_after_mark_ = 0;
  }

  void word(const found_value& value) {
    if (skipped_depth_ == 0) [[likely]] {
      prepare_slot();
      scalar(value);
      slot_ = nullptr;
    }
    ++events_after_mark_;
  }

  /// The path of the value that is being read.
  path current_path() const { return path_of(frames_.size(), true); }

 private:
  struct frame {
    const detail::shape* shape;
    void* target;
    std::size_t index;            // of the current field or alternative; number of elements begun
    std::uint64_t seen = 0;       // fields of an object
    const void* entry = nullptr;  // current value of a map
  };

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  std::string_view whole(std::string_view last_part) {
    if (parts_.empty()) [[likely]]
      return last_part;
    whole_.swap(parts_);
    parts_.clear();
    whole_.append(last_part);
    return whole_;
  }

  void mark_string(std::string_view text) {
    if (is_in_document(text)) [[likely]] {
      mark_ = text.data() + text.size() + 1;
      events_after_mark_ = 0;
    } else {
      ++events_after_mark_;
    }
  }
  bool is_in_document(std::string_view text) const noexcept {
    const auto at = reinterpret_cast<std::uintptr_t>(text.data());
    return at - reinterpret_cast<std::uintptr_t>(begin_) <
           static_cast<std::uintptr_t>(end_ - begin_);
  }
  const char* locate();

  void prepare_slot() {
    if (slot_ == nullptr) next_element();
  }
  void next_element();
  void select(std::string_view key);
  void select_field(frame& top, const object_shape& shape, std::string_view key);
  void select_entry(frame& top, const map_shape& shape, std::string_view key);
  void select_alternative(frame& top, const variant_shape& shape, std::string_view key);
  void ignore_slot();

  void begin(found_type type);
  void begin_frame(found_type type);
  void resolve_slot();
  void end_frame();
  void check_complete(const frame& top);
  void complete_object(const frame& top, const object_shape& shape);
  void finish_conversions();
  void end_skipped();

  void scalar(const found_value& value);
  bool store(const shape& shape, void* target, const found_value& value);
  bool store_converted(const converted_shape& shape, void* target, const found_value& value);
  void store_raw(void* target);
  void convert(const converted_shape& shape, void* target, void* inner);

  path path_of(std::size_t frames, bool with_current) const;
  [[noreturn]] void fail(const path& path, const std::string& what, errc code = errc::decode) const;
  [[noreturn]] void fail_type(const found_value& value) const;

  const shape* slot_shape_ = nullptr;
  void* slot_ = nullptr;
  std::vector<frame> frames_;

  // Where in the text we are: `events_after_mark_` tokens behind `mark_`.
  const char* begin_ = nullptr;
  const char* end_ = nullptr;
  const char* mark_ = nullptr;
  std::size_t events_after_mark_ = 0;

  std::size_t depth_ = 0;
  std::size_t depth_max_ = 0;
  std::size_t skipped_depth_ = 0;
  void* raw_target_ = nullptr;
  const char* raw_begin_ = nullptr;

  std::string parts_;
  std::string whole_;
};

}  // namespace messagebus::codec::detail
