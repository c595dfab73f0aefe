#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

// How a type looks in JSON, as constant tables: templates fill them in for each type, and one
// encoder and one decoder, which are no templates, walk them. So a user's file compiles no parser.
namespace messagebus::codec::detail {

enum class kind : std::uint8_t {
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  boolean,
  float32,
  float64,
  text,
  text_view,  // can be written only
  uuid,
  timestamp,
  bytes,
  null,
  raw,
  ignored,  // can be read only: a value that nobody wants
  enumeration,
  optional,
  sequence,
  tuple,
  map,
  object,
  variant,
  converted,
};

struct shape {
  detail::kind kind;
};

using part_function = void* (*)(void* whole);

struct enumerator {
  std::string_view name;
  std::uint64_t value;  // of a negative one: as two's complement
};

struct enumeration_shape : shape {
  std::uint8_t width_bytes;
  bool is_signed;
  const enumerator* enumerators;
  std::size_t count;
};

struct optional_shape : shape {
  const shape* value;
  part_function get;  // null when empty
  part_function emplace;
  void (*reset)(void* optional);
};

struct sequence_view {
  void* first;
  std::size_t count;
};

/// Elements side by side in memory: `std::vector`, `std::array`.
struct sequence_shape : shape {
  bool is_fixed;
  std::size_t element_bytes;
  const shape* element;
  sequence_view (*view)(void* sequence);
  void (*clear)(void* sequence);  // null when the size is fixed
  part_function append;           // null when the size is fixed
};

struct tuple_element {
  part_function get;
  const shape* value;
};

struct tuple_shape : shape {
  const tuple_element* elements;
  std::size_t count;
};

enum class insertion : std::uint8_t { done, bad_key, duplicate };

struct inserted {
  const void* key;
  void* value;
  insertion outcome;
};

struct map_visitor {
  void (*visit)(map_visitor& self, const void* key, const void* value);
};

struct map_shape : shape {
  const shape* key;
  const shape* value;
  void (*clear)(void* map);
  inserted (*insert)(void* map, std::string_view key);
  void (*visit)(const void* map, map_visitor& visitor);
};

/// The name of a field, ready to be written: `,"name":`. Names that fit are copied as a whole
/// block, whatever their length.
struct field_key {
  static constexpr std::size_t block_bytes = 32;

  std::array<char, block_bytes> block{};
  bool fits = false;
};

struct field {
  std::string_view name;
  part_function get;
  const shape* value;
  field_key key;
};

struct object_shape : shape {
  const field* fields;
  std::size_t count;
  std::uint64_t optional_fields;  // a bit for each field that may be absent
  bool forgets_fields;            // has some that are not described, and so not written
};

struct alternative {
  std::string_view tag;
  const shape* value;
  part_function emplace;
};

struct variant_shape : shape {
  const alternative* alternatives;
  std::size_t count;
  std::size_t (*index)(const void* variant);  // beyond the last one when it holds none
  part_function get;
};

struct value_visitor {
  void (*visit)(value_visitor& self, const void* value);
};

/// A type that is written and read as another one. What lies between is made in `bytes` of storage.
struct converted_shape : shape {
  const shape* inner;
  std::size_t bytes;
  std::size_t alignment;
  void (*to)(const void* value, value_visitor& visitor);
  void (*construct)(void* inner);
  void (*destroy)(void* inner);
  void (*from)(void* value, void* inner);
};

/// Reads the text of a map's key; false when it is none of this shape.
bool parse_key(const shape& shape, std::string_view text, void* key);

}  // namespace messagebus::codec::detail
