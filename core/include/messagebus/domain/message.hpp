#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <type_traits>

namespace messagebus {

enum class message_kind : std::uint8_t { command = 1, event = 2 };

enum class publication : bool { internal = false, published = true };

/// Marks a message that other services may see: it goes out to the event stream.
inline constexpr publication published = publication::published;

/// The metadata type of a schema to which the application adds nothing.
struct no_metadata {};

/// What an application may add to a schema: a struct of its own.
template <class Metadata>
concept metadata_fields = std::is_class_v<Metadata>;

/// What is fixed for a type of commands: its name in the log and on the wire, its version, whether
/// it is published, the application's own metadata, and what its handler returns (M1).
template <class Result, class Metadata = no_metadata>
struct command_schema {
  static_assert(std::is_void_v<Result> || std::is_same_v<Result, std::decay_t<Result>>,
                "the result of a command is a value, not a reference and not const: what it would "
                "refer to may end with the transaction");
  using result_type = Result;
  using metadata_type = Metadata;
  static_assert(std::is_trivially_destructible_v<Metadata>,
                "the metadata of a schema is a constant: its texts are std::string_view");
  static constexpr message_kind kind = message_kind::command;

  std::string_view name;
  int schema_version;
  bool published;
  Metadata metadata;
};

/// What is fixed for a type of events; like `command_schema`, without a result.
template <class Metadata = no_metadata>
struct event_schema {
  using result_type = void;
  using metadata_type = Metadata;
  static_assert(std::is_trivially_destructible_v<Metadata>,
                "the metadata of a schema is a constant: its texts are std::string_view");
  static constexpr message_kind kind = message_kind::event;

  std::string_view name;
  int schema_version;
  bool published;
  Metadata metadata;
};

inline constexpr std::size_t message_name_bytes_max = 128;

namespace detail {

// Reached in a constant expression only when the check fails: the compiler shows the sentence.
inline void schema_error(const char* sentence) {
  throw std::invalid_argument(sentence);
}

consteval std::string_view checked_name(std::string_view name, int version) {
  if (name.empty()) schema_error("a message schema needs a name");
  if (name.size() > message_name_bytes_max) schema_error("a message name has at most 128 bytes");
  for (const char c : name) {
    if (c <= ' ' || c > '~' || c == '"' || c == '\\') {
      schema_error("a message name is printable ASCII without spaces, quotes and backslashes");
    }
  }
  if (version < 1) schema_error("the version of a message schema is 1 or more");
  return name;
}

}  // namespace detail

/// The schema of a command whose handler returns `Result`. A wrong name or version does not
/// compile.
template <class Result = void>
consteval command_schema<Result> command(std::string_view name, int version,
                                         publication visibility = publication::internal) {
  return {detail::checked_name(name, version), version, visibility == published, {}};
}

/// The same, with fields of the application's own: a literal, described type, whose texts are
/// `std::string_view`.
template <class Result = void, metadata_fields Metadata>
consteval command_schema<Result, Metadata> command(std::string_view name, int version,
                                                   publication visibility, Metadata metadata) {
  return {detail::checked_name(name, version), version, visibility == published, metadata};
}

template <class Result = void, metadata_fields Metadata>
consteval command_schema<Result, Metadata> command(std::string_view name, int version,
                                                   Metadata metadata) {
  return command<Result>(name, version, publication::internal, metadata);
}

/// The schema of an event. A wrong name or version does not compile.
consteval event_schema<> event(std::string_view name, int version,
                               publication visibility = publication::internal) {
  return {detail::checked_name(name, version), version, visibility == published, {}};
}

/// The same, with fields of the application's own: a literal, described type.
template <metadata_fields Metadata>
consteval event_schema<Metadata> event(std::string_view name, int version, publication visibility,
                                       Metadata metadata) {
  return {detail::checked_name(name, version), version, visibility == published, metadata};
}
template <metadata_fields Metadata>
consteval event_schema<Metadata> event(std::string_view name, int version, Metadata metadata) {
  return event(name, version, publication::internal, metadata);
}

namespace detail {

template <class Schema>
inline constexpr bool is_schema = false;
template <class Result, class Metadata>
inline constexpr bool is_schema<command_schema<Result, Metadata>> = true;
template <class Metadata>
inline constexpr bool is_schema<event_schema<Metadata>> = true;

template <class M>
using schema_of = std::remove_cvref_t<decltype(M::schema)>;

}  // namespace detail

/// A struct with a static `schema`, made by `command` or `event`. Nothing else is a message (B8).
template <class M>
concept message = std::is_class_v<M> && requires {
  M::schema;
} && detail::is_schema<detail::schema_of<M>> && std::is_pointer_v<decltype(&M::schema)>;

template <class M>
concept command_message = message<M> && detail::schema_of<M>::kind == message_kind::command;

template <class M>
concept event_message = message<M> && detail::schema_of<M>::kind == message_kind::event;

/// What `handle` returns for this message: what its schema says.
template <message M>
using result_of = typename detail::schema_of<M>::result_type;

}  // namespace messagebus
