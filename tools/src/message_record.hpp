#pragma once

#include <cstddef>
#include <messagebus/domain/recorded_message.hpp>
#include <string>
#include <string_view>

namespace messagebus::tool {

/// The longest line that is read, in bytes: a payload of 16 MiB, its metadata, and their escapes.
inline constexpr std::size_t record_bytes_max = std::size_t{64} * 1024 * 1024;

/// Appends `message` as one line of JSON, without the end of the line: what `--json` prints and
/// `export` writes, and all that the log keeps of it.
///
/// Payload and metadata are the objects themselves when they are kept as compact JSON; a string
/// with the text as it is kept otherwise; and, when that is not UTF-8, an array of one string: the
/// bytes in base64. Errors: `encode_error` when the name is not UTF-8 or the time has no year.
void append_record(std::string& out, const recorded_message& message);

/// Reads such a line; its position is kept, though a log that takes the message in gives it
/// another. Fields that it does not know are ignored. Errors: `decode_error`, beginning with the
/// path of the field, also for what no log should take in: a payload or metadata that are no JSON
/// object, an id of another version than 7, a name or a version that no schema could have.
recorded_message parse_record(std::string_view line);

/// What keeps `text` from being a JSON object, or empty.
std::string object_fault(std::string_view text);

/// What keeps `id` from being the id of a message, or empty.
std::string id_fault(uuid id);

/// What keeps `name` from being the name of a schema, or empty.
std::string name_fault(std::string_view name);

}  // namespace messagebus::tool
