#include "message_record.hpp"

#include <fmt/format.h>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <messagebus/codec/json.hpp>
#include <messagebus/codec/raw_json.hpp>
#include <messagebus/codec/representation.hpp>
#include <messagebus/codec/text.hpp>
#include <optional>
#include <utility>
#include <vector>

namespace messagebus {
BOOST_DESCRIBE_ENUM(message_kind, command, event)
}

namespace messagebus::tool {
namespace {

// JSON as the log keeps it, byte for byte.
struct kept_json {
  std::string text;
};

constexpr codec::decode_limits line_limits{.bytes_max = record_bytes_max, .depth_max = 66};

// What whoever reads the log decodes by.
constexpr codec::decode_limits message_limits;

std::string depth_fault() {
  return fmt::format(
      "nested more deeply than {} objects and arrays, the most that a message may have",
      message_limits.depth_max);
}

bool is_too_deep(std::string_view json) {
  try {
    codec::decode<codec::raw_json>(json, message_limits);
    return false;
  } catch (const decode_error& fault) {
    return fault.code() == errc::limit_exceeded;
  }
}

// Whether the text of a JSON value has no spaces between its parts.
bool is_compact(std::string_view json) {
  bool is_in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (is_in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      is_in_string = !is_in_string;
    } else if (!is_in_string && (c == ' ' || c == '\n' || c == '\t' || c == '\r')) {
      return false;
    }
  }
  return true;
}

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto* const begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

codec::raw_json to_record(const kept_json& kept) {
  if (kept.text.starts_with('{') && is_compact(kept.text) && codec::is_valid_json(kept.text)) {
    return {kept.text};
  }
  codec::raw_json quoted;
  try {
    codec::append_json_string(quoted.text, kept.text);
  } catch (const encode_error&) {
    const std::vector<std::vector<std::byte>> bytes = {bytes_of(kept.text)};
    codec::encode(bytes, quoted.text, {.bytes_max = record_bytes_max});
  }
  return quoted;
}

// Whether an array is what stands for bytes that are not UTF-8.
bool is_bytes(std::string_view array) {
  try {
    return codec::decode<std::vector<std::vector<std::byte>>>(array, line_limits).size() == 1;
  } catch (const decode_error&) {
    return false;
  }
}

kept_json from_record(codec::raw_json&& written) {
  if (written.text.starts_with('"')) {
    return {codec::decode<std::string>(written.text, line_limits)};
  }
  if (written.text.starts_with('[')) {
    throw decode_error(is_bytes(written.text)
                           ? "expected a JSON object, found bytes in base64, which export writes "
                             "for what is not UTF-8: no JSON can have them"
                           : "expected a JSON object, or a string that holds one, found an array");
  }
  return {std::move(written.text)};
}

struct record {
  std::optional<std::int64_t> position;
  uuid message_id;
  timestamp created_at;
  message_kind kind = message_kind::event;
  std::string name;
  int schema_version = 1;
  bool published = false;
  uuid correlation_id;
  std::optional<uuid> causation_id;
  kept_json metadata;
  kept_json payload;
};
BOOST_DESCRIBE_STRUCT(record, (),
                      (position, message_id, created_at, kind, name, schema_version, published,
                       correlation_id, causation_id, metadata, payload))

void refuse(std::string_view field, const std::string& fault) {
  if (!fault.empty()) throw decode_error("$." + std::string(field) + ": " + fault);
}

void check(const record& read) {
  refuse("message_id", id_fault(read.message_id));
  refuse("name", name_fault(read.name));
  if (read.schema_version < 1) {
    refuse("schema_version", "expected 1 or more, found " + std::to_string(read.schema_version));
  }
  refuse("metadata", object_fault(read.metadata.text));
  refuse("payload", object_fault(read.payload.text));
}

}  // namespace
}  // namespace messagebus::tool

template <>
struct messagebus::codec::representation<messagebus::tool::kept_json> {
  using type = messagebus::codec::raw_json;
  static type to(const messagebus::tool::kept_json& value) {
    return messagebus::tool::to_record(value);
  }
  static messagebus::tool::kept_json from(type&& value) {
    return messagebus::tool::from_record(std::move(value));
  }
};

namespace messagebus::tool {
namespace {

// The advice of the codec, to raise a limit, is for whoever writes a program.
record decode_record(std::string_view line) {
  try {
    return codec::decode<record>(line, line_limits);
  } catch (const decode_error& fault) {
    if (fault.code() != errc::limit_exceeded) throw;
    const std::string_view what = fault.what();
    throw decode_error(std::string(what.substr(0, what.find(": "))) + ": " + depth_fault(),
                       errc::limit_exceeded);
  }
}

}  // namespace

void append_record(std::string& out, const recorded_message& message) {
  const record written{
      .position = message.position.value,
      .message_id = message.message_id,
      .created_at = message.created_at,
      .kind = message.kind,
      .name = message.name,
      .schema_version = message.schema_version,
      .published = message.published,
      .correlation_id = message.correlation_id,
      .causation_id = message.causation_id,
      .metadata = {message.metadata},
      .payload = {message.payload},
  };
  codec::encode(written, out,
                {.bytes_max = line_limits.bytes_max, .depth_max = line_limits.depth_max});
}

recorded_message parse_record(std::string_view line) {
  auto read = decode_record(line);
  check(read);
  recorded_message message;
  message.position = position{read.position.value_or(0)};
  message.message_id = read.message_id;
  message.created_at = read.created_at;
  message.kind = read.kind;
  message.name = std::move(read.name);
  message.schema_version = read.schema_version;
  message.published = read.published;
  message.correlation_id = read.correlation_id;
  message.causation_id = read.causation_id;
  message.metadata = std::move(read.metadata.text);
  message.payload = std::move(read.payload.text);
  return message;
}

std::string object_fault(std::string_view text) {
  if (text.size() > message_limits.bytes_max) {
    return fmt::format("expected at most {} bytes, found {}", message_limits.bytes_max,
                       text.size());
  }
  if (auto fault = codec::json_fault(text, message_limits)) {
    return is_too_deep(text) ? depth_fault() : "expected a JSON object: " + *fault;
  }
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (text[begin] == '{') return {};
  return "expected a JSON object, found another JSON value";
}

std::string id_fault(uuid id) {
  const int version = id.bytes[6] >> 4U;
  const bool is_of_rfc = (id.bytes[8] & 0xC0U) == 0x80U;
  if (version == 7 && is_of_rfc) return {};
  if (id.is_nil()) return "expected a UUID of version 7, found the nil UUID";
  if (!is_of_rfc) return "expected a UUID of version 7, found one of another variant";
  return "expected a UUID of version 7, found version " + std::to_string(version);
}

std::string name_fault(std::string_view name) {
  if (name.empty()) return "expected a name, found an empty string";
  if (name.size() > message_name_bytes_max) {
    return "expected at most " + std::to_string(message_name_bytes_max) + " bytes, found " +
           std::to_string(name.size());
  }
  for (const char c : name) {
    if (c <= ' ' || c > '~' || c == '"' || c == '\\') {
      return "expected printable ASCII without spaces, quotes and backslashes";
    }
  }
  return {};
}

}  // namespace messagebus::tool
