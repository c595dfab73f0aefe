#include "message_rows.hpp"

#include <sqlite3.h>

#include <messagebus/domain/error.hpp>
#include <messagebus/sqlite/constraint_error.hpp>
#include <string_view>

namespace messagebus::sqlite::detail {

void insert_message(connection& connection, const recorded_message& message) {
  statement insert = connection.prepare(
      "INSERT INTO messagebus_message(message_id, created_at, kind, name, schema_version, "
      "published,"
      " correlation_id, causation_id, metadata, payload) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)");
  // Most messages have no metadata of the application's own: NULL takes no room.
  const bool has_metadata = message.metadata != "{}";
  insert.bind(message.message_id, message.created_at, static_cast<int>(message.kind), message.name,
              message.schema_version, message.published, message.correlation_id,
              message.causation_id);
  if (has_metadata) {
    insert.bind_at(9, message.metadata);
  } else {
    insert.bind_at(9, nullptr);
  }
  insert.bind_at(10, message.payload);
  try {
    insert.step();
  } catch (const constraint_error& violated) {
    if (violated.extended_code() != SQLITE_CONSTRAINT_UNIQUE) throw;
    throw error(errc::duplicate_message,
                connection.path() + ": message " + message.message_id.to_string() +
                    " is in the log already, and nothing of this transaction was kept");
  }
}

void read_message(const statement& row, recorded_message& into) {
  into.position = position{row.column<std::int64_t>(0)};
  into.message_id = row.column<uuid>(1);
  into.created_at = row.column<timestamp>(2);
  into.kind = static_cast<message_kind>(row.column<int>(3));
  into.name.assign(row.column<std::string_view>(4));
  into.schema_version = row.column<int>(5);
  into.published = row.column<bool>(6);
  into.correlation_id = row.column<uuid>(7);
  into.causation_id = row.optional_column<uuid>(8);
  into.metadata.assign(row.is_null(9) ? std::string_view("{}") : row.column<std::string_view>(9));
  into.payload.assign(row.column<std::string_view>(10));
}

}  // namespace messagebus::sqlite::detail
