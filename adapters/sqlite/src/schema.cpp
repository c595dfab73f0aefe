#include "schema.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <map>
#include <messagebus/domain/error.hpp>
#include <string_view>

namespace messagebus::sqlite::detail {
namespace {

// The version stands in a table of our own: user_version and application_id are the application's.
constexpr const char* version_1 = R"sql(
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
)sql";

// Chains without an index entry for each message: docs/decisions/finding_a_chain.md. The triggers
// keep what readers rely on, also when somebody cleans up by hand.
constexpr const char* version_2 = R"sql(
  ALTER TABLE messagebus_message ADD COLUMN starts_run INTEGER NOT NULL DEFAULT 1;
  DROP INDEX messagebus_message_correlation;
  CREATE INDEX messagebus_message_run ON messagebus_message(correlation_id)
    WHERE starts_run AND correlation_id <> message_id;
  CREATE TRIGGER messagebus_message_keeps_newest BEFORE DELETE ON messagebus_message
    WHEN old.position = (SELECT max(position) FROM messagebus_message)
  BEGIN
    SELECT raise(ABORT,
      'the newest message of the log stays: its position given again, readers would miss the next');
  END;
  CREATE TRIGGER messagebus_message_keeps_place
    BEFORE UPDATE OF position, message_id ON messagebus_message
  BEGIN
    SELECT raise(ABORT,
      'position and id of a message in the log cannot be changed: readers rely on them');
  END;
)sql";

constexpr std::array<const char*, 2> all_migrations = {version_1, version_2};

constexpr auto reading_version = "read the version of the log";

bool has_table(connection& connection, std::string_view table) {
  const std::string sql =
      "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '" + std::string(table) + "'";
  return connection.read_integer(sql.c_str(), reading_version) != 0;
}

// Zero when there is no log. What is below 1 was written by hand, and is no version either.
std::int64_t version_of(connection& connection) {
  if (!has_table(connection, "messagebus_schema")) return 0;
  const std::int64_t version =
      connection.read_integer("SELECT version FROM messagebus_schema", reading_version);
  return std::max<std::int64_t>(version, 0);
}

// Without a version, a table of messages is one that somebody has damaged.
void refuse_log_without_version(connection& connection, std::int64_t newest) {
  if (!has_table(connection, "messagebus_message")) return;
  throw error(errc::storage_corrupt,
              connection.path() +
                  ": there is a log in this database, and its version was removed by hand: restore "
                  "a backup, or give it back with CREATE TABLE IF NOT EXISTS "
                  "messagebus_schema(version INTEGER NOT NULL) STRICT; DELETE FROM "
                  "messagebus_schema; INSERT INTO messagebus_schema VALUES(n), where n is the "
                  "version of the schema, " +
                  std::to_string(newest) + " if this messagebus wrote it");
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
  if (version == 0) refuse_log_without_version(connection, std::ssize(all));
  for (const char* migration : all.subspan(static_cast<std::size_t>(version))) {
    connection.run_script(migration, "migrate the log");
  }
  const std::string keep =
      "CREATE TABLE IF NOT EXISTS messagebus_schema(version INTEGER NOT NULL) STRICT;"
      "DELETE FROM messagebus_schema;"
      "INSERT INTO messagebus_schema(version) VALUES(" +
      std::to_string(std::ssize(all)) + ")";
  connection.run_script(keep.c_str(), "migrate the log");
}

// SQL by name of the tables, indexes and triggers of the log.
std::map<std::string, std::string> objects_of(connection& connection) {
  sqlite3_stmt* const rows = connection.compile(
      "SELECT name, sql FROM sqlite_schema WHERE tbl_name IN ('messagebus_message', "
      "'messagebus_schema') AND sql IS NOT NULL");
  std::map<std::string, std::string> objects;
  int code = sqlite3_step(rows);
  for (; code == SQLITE_ROW; code = sqlite3_step(rows)) {
    objects.emplace(reinterpret_cast<const char*>(sqlite3_column_text(rows, 0)),
                    reinterpret_cast<const char*>(sqlite3_column_text(rows, 1)));
  }
  sqlite3_finalize(rows);
  connection.require_ok(code, "read the schema of the log");
  return objects;
}

// How it is laid out is nobody's alteration.
std::string without_spaces(std::string sql) {
  std::erase_if(sql, [](char c) { return c == ' ' || c == '\n'; });
  return sql;
}

// A database in memory, beside which that of the file is held.
class fresh_log {
 public:
  fresh_log() {
    sqlite3_open(":memory:", &handle_);
    for (const char* migration : all_migrations)
      sqlite3_exec(handle_, migration, nullptr, nullptr, nullptr);
    sqlite3_exec(handle_, "CREATE TABLE messagebus_schema(version INTEGER NOT NULL) STRICT",
                 nullptr, nullptr, nullptr);
  }
  fresh_log(const fresh_log&) = delete;
  fresh_log& operator=(const fresh_log&) = delete;
  ~fresh_log() { sqlite3_close(handle_); }

  std::map<std::string, std::string> objects() const {
    std::map<std::string, std::string> found;
    sqlite3_exec(
        handle_, "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL",
        [](void* into, int /*columns*/, char** values, char** /*names*/) {
          static_cast<std::map<std::string, std::string>*>(into)->emplace(values[0], values[1]);
          return 0;
        },
        &found, nullptr);
    return found;
  }

 private:
  sqlite3* handle_ = nullptr;
};

}  // namespace

migrations schema_migrations() noexcept {
  return all_migrations;
}

void migrate(connection& connection, migrations all) {
  std::int64_t version = 0;
  connection.retry_while_busy([&] { version = version_of(connection); });
  refuse_newer(connection, version, std::ssize(all));
  if (version == std::ssize(all)) return;
  connection.retry_while_busy(
      [&] { connection.run_script("BEGIN IMMEDIATE", "begin the migration of the log"); });
  try {
    apply_missing(connection, all);
    connection.run_script("COMMIT", "commit the migration of the log");
  } catch (...) {
    if (connection.is_in_transaction()) connection.run_script("ROLLBACK", "roll back");
    throw;
  }
}

void require_version(connection& connection, migrations all) {
  std::int64_t version = 0;
  connection.retry_while_busy([&] { version = version_of(connection); });
  refuse_newer(connection, version, std::ssize(all));
  if (version == std::ssize(all)) return;
  if (version == 0) {
    refuse_log_without_version(connection, std::ssize(all));
    throw error(
        errc::storage_unavailable,
        connection.path() + ": there is no messagebus log in this database: check the path");
  }
  throw error(errc::storage_unavailable,
              connection.path() + ": its log has the older schema version " +
                  std::to_string(version) + ": open it once for writing, which migrates it");
}

std::vector<std::string> differences_of_schema(connection& connection) {
  auto objects = objects_of(connection);
  std::vector<std::string> differences;
  const auto tell = [&](std::initializer_list<std::string_view> parts) {
    std::string& sentence = differences.emplace_back();
    for (const std::string_view part : parts) sentence += part;
    // A finding is one line, and SQL does not mind.
    std::ranges::replace(sentence, '\n', ' ');
  };
  for (const auto& [name, sql] : fresh_log().objects()) {
    const auto found = objects.extract(name);
    if (!found) {
      tell({name, " is missing: it was dropped by hand; make it again with: ", sql});
    } else if (without_spaces(found.mapped()) != without_spaces(sql)) {
      tell(
          {name, " was altered by hand: it is ", found.mapped(), ", and this library makes ", sql});
    }
  }
  for (const auto& [name, sql] : objects) {
    tell({name, " was added by hand to the log, and makes writing slower: ", sql});
  }
  return differences;
}

}  // namespace messagebus::sqlite::detail
