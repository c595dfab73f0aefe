#include "schema.hpp"

#include <sqlite3.h>

#include <map>
#include <messagebus/domain/error.hpp>

#include "connection.hpp"

namespace messagebus::sqlite::detail {
namespace {

// What each column holds is described in docs/storage.md.
//
// A chain of messages mostly stands in one run of consecutive rows, because one call of `handle`
// adds it whole. Only the first row of a run is marked by starts_run, and only where the
// correlation id is not that row's own message id is there an index entry for it: chains are found
// at hardly any cost to writers (docs/decisions/0021-finding-a-chain.md).
constexpr const char* version_1 = R"(
CREATE TABLE messagebus_message(
  position INTEGER PRIMARY KEY,
  message_id BLOB NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  name TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  published INTEGER NOT NULL,
  correlation_id BLOB NOT NULL,
  causation_id BLOB,
  starts_run INTEGER NOT NULL,
  metadata TEXT,
  payload TEXT NOT NULL
) STRICT;

CREATE INDEX messagebus_message_run ON messagebus_message(correlation_id)
  WHERE starts_run AND correlation_id <> message_id;

CREATE TRIGGER messagebus_message_keeps_newest BEFORE DELETE ON messagebus_message
  WHEN old.position = (SELECT max(position) FROM messagebus_message)
BEGIN
  SELECT raise(ABORT, 'the newest message of the log cannot be deleted: its position would be given to another message, which readers would miss');
END;

CREATE TRIGGER messagebus_message_keeps_order BEFORE UPDATE OF position, message_id ON messagebus_message
BEGIN
  SELECT raise(ABORT, 'position and id of a message in the log cannot be changed: readers rely on them');
END;
)";

constexpr migration all_migrations[] = {{1, version_1}};

constexpr const char* read_version_action = "read the version of the log's schema";

int version_of(connection& connection) {
  const bool has_table =
      connection.read_integer("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = "
                              "'messagebus_schema'",
                              read_version_action) != 0;
  if (!has_table) return 0;
  return static_cast<int>(connection.read_integer(
      "SELECT coalesce(max(version), 0) FROM messagebus_schema", read_version_action));
}

void refuse_newer(const connection& connection, int version, int known) {
  if (version <= known) return;
  throw error(errc::schema_too_new,
              connection.file() + ": the log has schema version " + std::to_string(version) +
                  ", and this library knows versions up to " + std::to_string(known) +
                  ": use a newer version of messagebus; nothing was changed");
}

void use_write_ahead_log(connection& connection) {
  // This takes a lock for which SQLite does not always wait.
  connection.retry_while_busy(
      [&] { connection.run_script("PRAGMA journal_mode = WAL", "switch to the write-ahead log"); });
  const bool is_on =
      connection.read_integer("SELECT journal_mode = 'wal' FROM pragma_journal_mode",
                              "read the journal mode") != 0;
  if (is_on) return;
  throw error(errc::storage_unavailable,
              connection.file() +
                  ": cannot switch to the write-ahead log: the file system does not support it; "
                  "put the file on a local disk");
}

void apply(connection& connection, std::span<const migration> steps) {
  connection.run_script("BEGIN IMMEDIATE", "begin the migration of the schema");
  const int version = version_of(connection);  // another process may have been faster
  refuse_newer(connection, version, steps.back().version);
  connection.run_script(
      "CREATE TABLE IF NOT EXISTS messagebus_schema(version INTEGER PRIMARY KEY, migrated_at "
      "INTEGER NOT NULL) STRICT",
      "make the table messagebus_schema");
  for (const migration& step : steps) {
    if (step.version <= version) continue;
    const std::string to = std::to_string(step.version);
    connection.run_script(step.sql, "migrate the schema of the log to version " + to);
    connection.run_script("INSERT INTO messagebus_schema VALUES(" + to +
                              ", CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER))",
                          "write the version of the log's schema");
  }
  connection.run_script("COMMIT", "commit the migration of the schema");
}

}  // namespace

std::span<const migration> migrations() noexcept {
  return all_migrations;
}

void migrate(connection& connection, std::span<const migration> steps) {
  int version = 0;
  connection.retry_while_busy([&] { version = version_of(connection); });
  refuse_newer(connection, version, steps.back().version);
  use_write_ahead_log(connection);
  if (version == steps.back().version) return;
  connection.retry_while_busy([&] {
    try {
      apply(connection, steps);
    } catch (...) {
      if (connection.is_in_transaction()) connection.run_script("ROLLBACK", "roll back");
      throw;
    }
  });
}

void require_current_schema(connection& connection, std::span<const migration> steps) {
  int version = 0;
  connection.retry_while_busy([&] { version = version_of(connection); });
  refuse_newer(connection, version, steps.back().version);
  if (version == steps.back().version) return;
  if (version == 0) {
    throw error(errc::storage_unavailable,
                connection.file() +
                    ": there is no log in this database (no table messagebus_schema): name a file "
                    "that an application of messagebus writes");
  }
  throw error(errc::storage_read_only,
              connection.file() + ": the log has the older schema version " +
                  std::to_string(version) + ", and migrating it to " +
                  std::to_string(steps.back().version) +
                  " writes: open it once without read_only, with a backup at hand");
}

}  // namespace messagebus::sqlite::detail
