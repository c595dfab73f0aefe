#pragma once

#include <cstdint>
#include <messagebus/domain/recorded_message.hpp>
#include <span>

#include "connection.hpp"

struct sqlite3_value;

namespace messagebus::sqlite::detail {

/// The columns of a message in the order in which they are read.
inline constexpr const char* message_columns =
    "position, message_id, created_at, kind, name, schema_version, published, correlation_id, "
    "causation_id, metadata, payload";
inline constexpr int message_columns_count = 11;

/// Writes messages to the log over one connection.
class message_inserter {
 public:
  explicit message_inserter(connection& connection);
  message_inserter(const message_inserter&) = delete;
  message_inserter& operator=(const message_inserter&) = delete;
  ~message_inserter();

  /// Writes the messages of one transaction behind all others. Errors: `errc::duplicate_message`
  /// (E6); `errc::storage_corrupt` when there is no position left behind the newest; those of the
  /// database.
  void insert(std::span<const recorded_message> messages);

 private:
  void insert(const recorded_message& message, bool starts_run);
  void require_newest(std::int64_t position);
  [[noreturn]] void fail(const recorded_message& message, int code);

  connection& connection_;
  sqlite3_stmt* insert_;
  std::int64_t last_position_ = 0;
};

/// Where the log ends; 0 when it is empty. Errors: those of the database.
position newest_position(connection& connection);

/// Reads a message from the values of its columns. Errors: `errc::storage_corrupt` when they are no
/// message.
void read_message(const connection& connection, sqlite3_value* const* values,
                  recorded_message& into);
/// The same of the row that the statement stands on.
void read_message(const connection& connection, sqlite3_stmt* row, recorded_message& into);

}  // namespace messagebus::sqlite::detail
