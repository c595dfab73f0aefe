#include "message_rows.hpp"

#include <sqlite3.h>

#include <array>
#include <cstring>
#include <messagebus/domain/error.hpp>
#include <string_view>

#include "borrowed_statement.hpp"

namespace messagebus::sqlite::detail {
namespace {

void bind_id(sqlite3_stmt* statement, int index, const uuid& id) noexcept {
  sqlite3_bind_blob(statement, index, id.bytes.data(), static_cast<int>(id.bytes.size()),
                    SQLITE_STATIC);
}

void bind_text(sqlite3_stmt* statement, int index, std::string_view text) noexcept {
  sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

[[noreturn]] void throw_no_message(const connection& connection, std::int64_t at,
                                   const char* what) {
  throw error(
      errc::storage_corrupt,
      connection.path() + ": the row of the log at position " + std::to_string(at) +
          " is no message: " + what +
          "; somebody has altered the table messagebus_message by hand: restore a backup, or "
          "correct the row");
}

std::string_view text_of(sqlite3_value* value) noexcept {
  const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

uuid id_of(const connection& connection, std::int64_t at, sqlite3_value* value, const char* what) {
  uuid id;
  const void* const blob = sqlite3_value_blob(value);
  if (blob == nullptr || sqlite3_value_bytes(value) != static_cast<int>(id.bytes.size())) {
    throw_no_message(connection, at, what);
  }
  std::memcpy(id.bytes.data(), blob, id.bytes.size());
  return id;
}

}  // namespace

message_inserter::message_inserter(connection& connection)
    : connection_(connection),
      insert_(connection.compile(
          "INSERT INTO messagebus_message(message_id, created_at, kind, name, schema_version, "
          "published, correlation_id, causation_id, metadata, payload, starts_run) "
          "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)")) {}

message_inserter::~message_inserter() {
  sqlite3_finalize(insert_);
}

// Messages of one chain that one transaction adds stand together: only the first of them is marked.
void message_inserter::insert(std::span<const recorded_message> messages) {
  const recorded_message* before = nullptr;
  for (const recorded_message& message : messages) {
    insert(message, before == nullptr || before->correlation_id != message.correlation_id);
    before = &message;
  }
}

void message_inserter::insert(const recorded_message& message, bool starts_run) {
  bind_id(insert_, 1, message.message_id);
  sqlite3_bind_int64(insert_, 2, message.created_at.time_since_epoch().count());
  sqlite3_bind_int(insert_, 3, static_cast<int>(message.kind));
  bind_text(insert_, 4, message.name);
  sqlite3_bind_int(insert_, 5, message.schema_version);
  sqlite3_bind_int(insert_, 6, message.published ? 1 : 0);
  bind_id(insert_, 7, message.correlation_id);
  if (message.causation_id) {
    bind_id(insert_, 8, *message.causation_id);
  } else {
    sqlite3_bind_null(insert_, 8);
  }
  // Most messages have no metadata of the application's own: NULL takes no room.
  if (message.metadata == "{}") {
    sqlite3_bind_null(insert_, 9);
  } else {
    bind_text(insert_, 9, message.metadata);
  }
  bind_text(insert_, 10, message.payload);
  sqlite3_bind_int(insert_, 11, starts_run ? 1 : 0);
  const int code = sqlite3_step(insert_);
  if (code != SQLITE_DONE) fail(message, code);
  sqlite3_reset(insert_);
  const std::int64_t position = sqlite3_last_insert_rowid(connection_.handle());
  if (position != last_position_ + 1) require_newest(position);
  last_position_ = position;
}

// Behind the greatest number there is no other, and SQLite would choose any that is free: readers
// that have gone past it would never see the message.
void message_inserter::require_newest(std::int64_t position) {
  const bool is_kept_out_by_a_trigger = sqlite3_changes(connection_.handle()) == 0;
  if (is_kept_out_by_a_trigger) return;
  const std::int64_t newest = newest_position(connection_).value;
  if (newest == position) return;
  throw error(errc::storage_corrupt,
              connection_.path() + ": a message stands at position " + std::to_string(newest) +
                  ", and none can be added behind it: the application does not write such "
                  "positions, so remove what was written by hand, or restore a backup");
}

void message_inserter::fail(const recorded_message& message, int code) {
  struct resetting {
    sqlite3_stmt* statement;
    ~resetting() { sqlite3_reset(statement); }
  } const at_end{insert_};
  if (code == SQLITE_CONSTRAINT_UNIQUE) {
    throw error(errc::duplicate_message,
                connection_.path() + ": message " + message.message_id.to_string() +
                    " is in the log already, and nothing of this transaction was kept");
  }
  connection_.fail(code, "write message " + message.message_id.to_string() + " to the log");
}

position newest_position(connection& connection) {
  borrowed_statement newest(connection, "SELECT max(position) FROM messagebus_message");
  return position{newest.step() ? sqlite3_column_int64(newest.handle(), 0) : 0};
}

void read_message(const connection& connection, sqlite3_value* const* values,
                  recorded_message& into) {
  const std::int64_t at = sqlite3_value_int64(values[0]);
  into.position = position{at};
  into.message_id = id_of(connection, at, values[1], "message_id is no id of 16 bytes");
  into.created_at = timestamp(std::chrono::microseconds(sqlite3_value_int64(values[2])));
  const int kind = sqlite3_value_int(values[3]);
  if (kind != 1 && kind != 2) throw_no_message(connection, at, "kind is neither 1 nor 2");
  into.kind = static_cast<message_kind>(kind);
  into.name.assign(text_of(values[4]));
  into.schema_version = sqlite3_value_int(values[5]);
  into.published = sqlite3_value_int(values[6]) != 0;
  into.correlation_id = id_of(connection, at, values[7], "correlation_id is no id of 16 bytes");
  if (sqlite3_value_type(values[8]) == SQLITE_NULL) {
    into.causation_id.reset();
  } else {
    into.causation_id = id_of(connection, at, values[8], "causation_id is no id of 16 bytes");
  }
  const auto metadata = text_of(values[9]);
  into.metadata.assign(metadata.data() == nullptr ? std::string_view("{}") : metadata);
  into.payload.assign(text_of(values[10]));
}

void read_message(const connection& connection, sqlite3_stmt* row, recorded_message& into) {
  std::array<sqlite3_value*, message_columns_count> values{};
  for (int column = 0; column < message_columns_count; ++column) {
    values[static_cast<std::size_t>(column)] = sqlite3_column_value(row, column);
  }
  read_message(connection, values.data(), into);
}

}  // namespace messagebus::sqlite::detail
