#pragma once

#include <atomic>
#include <cstdint>
#include <messagebus/codec/detail/forgotten_fields.hpp>
#include <messagebus/codec/json.hpp>
#include <messagebus/domain/envelope.hpp>
#include <messagebus/domain/message.hpp>
#include <messagebus/domain/type_name.hpp>
#include <string>
#include <string_view>

namespace messagebus {

class raised_message;

namespace detail {

/// Asked where a message is first met, so that the compiler says it there and at once.
template <message M>
inline constexpr bool has_content_form =
    codec::detail::described_object<M> || codec::detail::represented<M>;

}  // namespace detail

/// One type of messages, for code that does not know it at compile time. There is one object a
/// type, `message_type_of<M>`; it lives as long as the program and is compared by address. A
/// message that several shared libraries handle has default visibility: of a hidden one each
/// library has an object of its own, and no handler hears what another library raises.
struct message_type {
  std::string_view name;
  int schema_version;
  message_kind kind;
  bool published;
  std::string_view cpp_name;

  /// The application's metadata, a JSON object.
  const std::string& (*metadata)();
  /// Appends the content of the envelope as JSON. Errors: `encode_error`.
  void (*encode)(const void* envelope, std::string& out, const codec::encode_limits& limits);
  /// Appends what `to_string` gives for the content; never throws for bad text.
  void (*print)(const void* envelope, std::string& out);
  bool (*equal)(const void* left_envelope, const void* right_envelope);
  void (*destroy)(raised_message* raised) noexcept;

  /// A small number that handlers are looked up by; given out when a bus first registers a handler
  /// of this type, zero until then.
  mutable std::atomic<std::uint32_t> index;
};

/// Gives the type its index if it has none yet. Thread-safe.
std::uint32_t assign_index(const message_type& type);

namespace detail {

/// Turns the JSON of a content into `<name key='…' …>` (M4).
void print_json_as_message(std::string_view type_name, std::string_view json, std::string& out);

/// `{}`.
const std::string& empty_metadata();

/// Whether a content is written as an object, or as JSON that somebody else has made.
template <class M>
consteval bool is_written_as_object() {
  using namespace codec::detail;
  const shape* written = &shape_of<M>::value;
  while (written->kind == kind::converted) {
    written = static_cast<const converted_shape*>(written)->inner;
  }
  return written->kind == kind::object || written->kind == kind::map ||
         written->kind == kind::variant || written->kind == kind::raw;
}

template <message M>
struct message_operations {
  static const envelope<M>& of(const void* pointer) {
    return *static_cast<const envelope<M>*>(pointer);
  }

  static const std::string& metadata() {
    if constexpr (std::is_same_v<typename schema_of<M>::metadata_type, no_metadata>) {
      return empty_metadata();
    } else {
      using metadata_type = typename schema_of<M>::metadata_type;
      static_assert(!codec::detail::forgets_fields(codec::detail::shape_of<metadata_type>::value),
                    "the metadata of a schema has a field that its BOOST_DESCRIBE_STRUCT does not "
                    "name, and that would not be kept: name it there");
      static const std::string json = codec::encode(M::schema.metadata);
      return json;
    }
  }

  static void encode(const void* pointer, std::string& out, const codec::encode_limits& limits) {
    // Here and not in the class, so that a message that nobody described hears of that first.
    if constexpr (codec::detail::represented<M>) {
      static_assert(is_written_as_object<M>(),
                    "a message is a JSON object: give its codec::representation a struct, a map or "
                    "a variant for its type");
    } else if constexpr (codec::detail::described_object<M>) {
      static_assert(!codec::detail::shape_of<M>::value.forgets_fields,
                    "a message has a field, or a base with fields, that its "
                    "BOOST_DESCRIBE_STRUCT does not name, and that would not be kept: name it "
                    "there");
    }
    if constexpr (has_content_form<M>) {
      static_assert(!codec::detail::forgets_fields(codec::detail::shape_of<M>::value),
                    "a message, or a struct within it, has a field that its "
                    "BOOST_DESCRIBE_STRUCT does not name, and that would not be kept: name it "
                    "there, or write a codec::representation for the struct");
    }
    codec::encode(of(pointer).content, out, limits);
  }

  static void print(const void* pointer, std::string& out) {
    std::string json;
    codec::encode_lossy(of(pointer).content, json);
    print_json_as_message(type_name<M>(), json, out);
  }

  static bool equal_content(const M& left, const M& right) {
    if constexpr (std::equality_comparable<M>) {
      return left == right;
    } else {
      return codec::encode(left) == codec::encode(right);
    }
  }
  static bool equal(const void* left, const void* right) {
    return equal_content(of(left).content, of(right).content);
  }

  static void destroy(raised_message* raised) noexcept;
};

}  // namespace detail

template <message M>
inline constinit const message_type message_type_of{M::schema.name,
                                                    M::schema.schema_version,
                                                    detail::schema_of<M>::kind,
                                                    M::schema.published,
                                                    type_name<M>(),
                                                    &detail::message_operations<M>::metadata,
                                                    &detail::message_operations<M>::encode,
                                                    &detail::message_operations<M>::print,
                                                    &detail::message_operations<M>::equal,
                                                    &detail::message_operations<M>::destroy,
                                                    {}};

}  // namespace messagebus
