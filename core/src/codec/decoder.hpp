#pragma once

#include <messagebus/codec/detail/shape.hpp>
#include <messagebus/codec/limits.hpp>
#include <messagebus/domain/error.hpp>

#include <string>
#include <string_view>

#include "json_reader.hpp"
#include "path.hpp"

namespace messagebus::codec::detail {

/// What is read and thrown away.
inline constexpr shape ignored_shape{kind::ignored};

/// Reads one JSON text into an object, guided by the table of its type. Errors leave as
/// `decode_error`.
class decoder {
 public:
  decoder(std::string_view json, const decode_limits& limits);

  /// Reads the whole text: one value and nothing else.
  void document(const shape& shape, void* into);

 private:
  // Each is called with the reader at the first character of a value, and leaves it behind the
  // last.
  void value(const shape& shape, void* into, const place* here);
  void text(std::string& into, const shape& shape, const place* here);
  void parsed_text(const shape& shape, void* into, const place* here);
  void number(const shape& shape, void* into, const place* here);
  void boolean(const shape& shape, void* into, const place* here);
  void null(const shape& shape, const place* here);
  void raw(void* into, const place* here);
  void converted(const converted_shape& shape, void* into, const place* here);
  void sequence(const sequence_shape& shape, void* into, const place* around);
  void tuple(const tuple_shape& shape, void* into, const place* around);
  void map(const map_shape& shape, void* into, const place* around);
  void object(const object_shape& shape, void* into, const place* around);
  void variant(const variant_shape& shape, void* into, const place* around);
  void skip(const place* here);

  bool take_key(const field& field) noexcept;
  std::size_t find_field(const object_shape& shape, place& here);
  void complete(const object_shape& shape, std::uint64_t seen, void* object, place& here);

  // Arrays and objects: `begin` takes the bracket and tells whether anything is inside; `go_on`
  // takes what stands behind a part and tells whether another part comes.
  bool begin(char open, char close, const shape& shape, const place* around);
  bool go_on(char close, const place* here);
  std::string_view key(const place* here);
  void colon(const place* here);

  [[noreturn]] void fail(const place* here, const std::string& what,
                         errc code = errc::decode) const;
  [[noreturn]] void fail_syntax(const place* here) const;
  [[noreturn]] void fail_type(const shape& shape, const place* here);
  [[noreturn]] void fail_value(const shape& shape, const std::string& found,
                               const place* here) const;
  [[noreturn]] void fail_number(const shape& shape, std::string_view number,
                                const place* here) const;

  json_reader reader_;
  std::size_t depth_max_;
  std::size_t depth_left_;
  std::string buffer_;  // of a string with escapes
};

}  // namespace messagebus::codec::detail
