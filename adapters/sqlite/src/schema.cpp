#include "schema.hpp"

#include <array>
#include <messagebus/domain/error.hpp>
#include <string>

namespace messagebus::sqlite::detail {
namespace {

// The version stands in a table of our own: user_version and application_id are the application's.
//
// A message is looked for by its id, and a chain by its correlation id. The first of a chain has
// its own id as correlation id and is found by it; the index of correlation ids leaves it out.
constexpr std::array<const char*, 1> all_migrations = {R"sql(
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
    metadata TEXT,
    payload TEXT NOT NULL
  ) STRICT;
  CREATE INDEX messagebus_message_correlation ON messagebus_message(correlation_id)
    WHERE correlation_id <> message_id;
)sql"};

std::int64_t version_of(connection& connection) {
  {
    statement known = connection.prepare(
        "SELECT 1 FROM sqlite_schema WHERE type='table' AND name='messagebus_schema'");
    if (!known.step()) return 0;
  }
  statement version = connection.prepare("SELECT version FROM messagebus_schema");
  return version.step() ? version.column<std::int64_t>(0) : 0;
}

void refuse_newer(const connection& connection, std::int64_t version, std::int64_t newest) {
  if (version <= newest) return;
  throw error(errc::schema_too_new,
              connection.path() + ": its log has the schema version " + std::to_string(version) +
                  ", and this version of messagebus knows up to " + std::to_string(newest) +
                  ": open it with the newer messagebus that made it");
}

void apply_missing(connection& connection, migrations all) {
  const std::int64_t version = version_of(connection);  // again, under the lock
  refuse_newer(connection, version, std::ssize(all));
  if (version == std::ssize(all)) return;
  for (const char* migration : all.subspan(static_cast<std::size_t>(version))) {
    connection.execute(migration, "migrate the log");
  }
  connection.execute(
      "CREATE TABLE IF NOT EXISTS messagebus_schema(version INTEGER NOT NULL) STRICT;"
      "DELETE FROM messagebus_schema",
      "migrate the log");
  connection.prepare("INSERT INTO messagebus_schema(version) VALUES(?1)").run(std::ssize(all));
}

}  // namespace

migrations schema_migrations() noexcept {
  return all_migrations;
}

void migrate(connection& connection, migrations all) {
  const std::int64_t version = version_of(connection);
  refuse_newer(connection, version, std::ssize(all));
  if (version == std::ssize(all)) return;
  connection.execute("BEGIN IMMEDIATE", "begin the migration of the log");
  try {
    apply_missing(connection, all);
    connection.execute("COMMIT", "commit the migration of the log");
  } catch (...) {
    try {
      connection.execute("ROLLBACK", "roll back");
    } catch (const error&) {  // NOLINT(bugprone-empty-catch): SQLite has rolled back by itself
    }
    throw;
  }
}

void require_version(connection& connection, migrations all) {
  const std::int64_t version = version_of(connection);
  refuse_newer(connection, version, std::ssize(all));
  if (version == std::ssize(all)) return;
  if (version == 0) {
    throw error(
        errc::storage_unavailable,
        connection.path() + ": there is no messagebus log in this database: check the path");
  }
  throw error(errc::storage_unavailable,
              connection.path() + ": its log has the older schema version " +
                  std::to_string(version) + ": open it once for writing, which migrates it");
}

}  // namespace messagebus::sqlite::detail
