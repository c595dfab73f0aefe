#pragma once

#include <messagebus/domain/recorded_message.hpp>

#include "connection.hpp"

namespace messagebus::sqlite::detail {

/// The columns of a message in the order in which they are read.
inline constexpr const char* message_columns =
    "position, message_id, created_at, kind, name, schema_version, published, correlation_id, "
    "causation_id, metadata, payload";

/// Writes a message behind all others. Errors: `errc::duplicate_message` (E6).
void insert_message(connection& connection, const recorded_message& message);

/// Reads the row that the statement stands on.
void read_message(const statement& row, recorded_message& into);

}  // namespace messagebus::sqlite::detail
