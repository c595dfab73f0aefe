#pragma once

#include <messagebus/codec/detail/shape.hpp>
#include <messagebus/codec/limits.hpp>
#include <messagebus/domain/error.hpp>

#include <simdjson.h>

#include <string>
#include <string_view>
#include <utility>

#include "path.hpp"
#include "workspace.hpp"

namespace messagebus::codec::detail {

/// What is read and thrown away.
inline constexpr shape ignored_shape{kind::ignored};

/// Reads one JSON text into an object, guided by the table of its type. simdjson finds the tokens,
/// on demand; what on demand does not look at, because nobody wants it, is walked here all the
/// same. Errors leave as `decode_error`.
class decoder {
 public:
  decoder(std::string_view json, const decode_limits& limits);

  /// Reads the whole text: one value and nothing else.
  void document(const shape& shape, void* into);

 private:
  using json_value = simdjson::ondemand::value;

  void enclosed(const shape& shape, void* into);
  void value(const shape& shape, json_value& json, void* into, const place* here);
  void text(const shape& shape, json_value& json, std::string& into, const place* here);
  void parsed_text(const shape& shape, json_value& json, void* into, const place* here);
  void integer(const shape& shape, json_value& json, void* into, const place* here);
  void floating(const shape& shape, json_value& json, void* into, const place* here);
  void boolean(const shape& shape, json_value& json, void* into, const place* here);
  void null(const shape& shape, json_value& json, const place* here);
  void optional(const optional_shape& shape, json_value& json, void* into, const place* here);
  void raw(json_value& json, void* into, const place* here);
  void converted(const converted_shape& shape, json_value& json, void* into, const place* here);
  void sequence(const sequence_shape& shape, json_value& json, void* into, const place* around);
  void tuple(const tuple_shape& shape, json_value& json, void* into, const place* around);
  void map(const map_shape& shape, json_value& json, void* into, const place* around);
  void object(const object_shape& shape, json_value& json, void* into, const place* around);
  void variant(const variant_shape& shape, json_value& json, void* into, const place* around);
  void skip(json_value& json, const place* here);

  std::size_t find_field(const object_shape& shape, simdjson::ondemand::field& json,
                         const place& here);
  void complete(const object_shape& shape, std::uint64_t seen, void* object, place& here);

  // Arrays and objects: one level deeper, until `leave`.
  simdjson::simdjson_result<simdjson::ondemand::array> enter_array(const shape& shape,
                                                                   json_value& json,
                                                                   const place* here) {
    auto elements = json.get_array();
    if (elements.error() != simdjson::SUCCESS) [[unlikely]]
      fail_type(shape, json, here);
    enter(here);
    return elements;
  }
  simdjson::simdjson_result<simdjson::ondemand::object> enter_object(const shape& shape,
                                                                     json_value& json,
                                                                     const place* here) {
    auto fields = json.get_object();
    if (fields.error() != simdjson::SUCCESS) [[unlikely]]
      fail_type(shape, json, here);
    enter(here);
    return fields;
  }
  void enter(const place* here) {
    if (depth_left_ == 0) [[unlikely]]
      fail_depth(here);
    --depth_left_;
  }
  void leave() noexcept { ++depth_left_; }
  // What was read, where it lies: to copy a value that was just written, part by part, would be to
  // wait for it.
  template <class Part>
  Part& part(simdjson::simdjson_result<Part>& read, const place* here) {
    if (read.error() != simdjson::SUCCESS) [[unlikely]]
      fail_syntax(here);
    return read.value_unsafe();
  }
  std::string_view key(simdjson::ondemand::field& json, const place* here);

  [[noreturn]] void fail(const place* here, const std::string& what,
                         errc code = errc::decode) const;
  [[noreturn]] void fail_depth(const place* here) const;
  [[noreturn]] void fail_value(const shape& shape, const std::string& found,
                               const place* here) const;
  [[noreturn]] void fail_type(const shape& shape, json_value& json, const place* here);
  [[noreturn]] void fail_unreadable(simdjson::error_code failure) const;
  [[noreturn]] void fail_byte(std::size_t position, const char* why) const;
  [[noreturn]] void fail_syntax(const place* here);
  [[noreturn]] void fail_token(std::string_view token, const place* here) const;
  [[noreturn]] void fail_escape(const place* here, const char* string) const;
  [[noreturn]] void fail_end();

  // Where simdjson stands, and where a part of its copy stood in the text.
  std::size_t position();
  std::size_t position_of(const char* in_copy) const noexcept;

  borrowed_workspace workspace_;
  std::string_view json_;
  bool is_enclosed_;
  const char* copy_;
  simdjson::ondemand::document document_;
  std::size_t depth_max_;
  std::size_t depth_left_;
};

/// The text of a value that is neither array nor object.
std::string_view token_of(simdjson::ondemand::value& json) noexcept;

}  // namespace messagebus::codec::detail
