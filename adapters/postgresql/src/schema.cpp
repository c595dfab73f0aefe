#include "schema.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/leased_connection.hpp>
#include <string>
#include <utility>

#include "lock_classes.hpp"

namespace messagebus::postgresql::detail {
namespace {

// A message is looked for by its id, and a chain by its correlation id. The first of a chain has
// its own id as correlation id and is found by it; the index of correlation ids leaves it out.
//
// The sequence hands out one number at a time: numbers that a session keeps for later would be
// filled behind the back of readers.
constexpr std::array<const char*, 1> all_migrations = {R"sql(
  CREATE TABLE {schema}.message(
    position bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
    message_id uuid NOT NULL CONSTRAINT message_id_is_unique UNIQUE,
    created_at timestamptz NOT NULL,
    kind smallint NOT NULL,
    name text NOT NULL,
    schema_version integer NOT NULL,
    published boolean NOT NULL,
    correlation_id uuid NOT NULL,
    causation_id uuid,
    metadata json,
    payload json NOT NULL
  );
  CREATE INDEX message_correlation ON {schema}.message(correlation_id)
    WHERE correlation_id <> message_id;
)sql"};

std::string with_schema(std::string_view sql, const std::string& schema) {
  constexpr std::string_view placeholder = "{schema}";
  std::string text(sql);
  for (auto at = text.find(placeholder); at != std::string::npos;
       at = text.find(placeholder, at + schema.size())) {
    text.replace(at, placeholder.size(), schema);
  }
  return text;
}

/// A connection outside of the pool, which blocks: migrations come before anything else.
class script_connection {
 public:
  explicit script_connection(const database_state& state)
      : lent_(state.pool, sync_wait(state.pool->take())),
        handle_(sync_wait(lent_->leave_pipeline())) {}
  script_connection(const script_connection&) = delete;
  script_connection& operator=(const script_connection&) = delete;
  ~script_connection() {
    if (is_unlimited_) restore_limit();
    try {
      lent_->enter_pipeline();
    } catch (...) {
      lent_->mark_broken();
    }
  }

  /// Leaves no limit to statements but the server's. Behind a pooler there is none of ours.
  void lift_limit() {
    if (lent_->settings().options.pooling != pooling::none) return;
    run("SET statement_timeout TO DEFAULT", "lift the limit of a statement");
    is_unlimited_ = true;
  }

  rows run(const std::string& sql, std::string_view doing) {
    rows result(PQexec(handle_, sql.c_str()));
    const PGresult* const taken = result.native_handle();
    const auto status = PQresultStatus(taken);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) {
      return result;
    }
    if (PQstatus(handle_) != CONNECTION_OK) {
      lent_->mark_broken();
      throw_connection_lost(PQerrorMessage(handle_), lent_->location(), doing);
    }
    throw_refused(refusal_of(taken), lent_->location(), doing);
  }

 private:
  void restore_limit() noexcept {
    try {
      run(lent_->settings().setting_of_timeout(), "limit statements again");
    } catch (...) {
      lent_->mark_broken();
    }
  }

  leased_connection lent_;
  pg_conn* handle_;
  bool is_unlimited_ = false;
};

// Asks the catalog by a query: to_regclass answers from a cache, which a transaction that has
// waited for the lock still has from before.
bool has_table(script_connection& open, const connection_settings& settings,
               const std::string& table) {
  const rows known = open.run(
      "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '" +
          settings.options.schema + "' AND c.relname = '" + table + "'",
      "look for the log");
  return !known.empty();
}

bool has_schema(script_connection& open, const connection_settings& settings) {
  const rows known =
      open.run("SELECT 1 FROM pg_namespace WHERE nspname = '" + settings.options.schema + "'",
               "look for the schema of the log");
  return !known.empty();
}

// Zero when there is no log. What is below 1 was written by hand, and is no version either.
std::int64_t version_of(script_connection& open, const connection_settings& settings) {
  if (!has_table(open, settings, "schema_version")) return 0;
  const rows found = open.run("SELECT max(version) FROM " + settings.schema + ".schema_version",
                              "read the schema version");
  const std::string_view text = PQgetvalue(found.native_handle(), 0, 0);
  std::int64_t version = 0;
  std::from_chars(text.data(), text.data() + text.size(), version);
  return std::max<std::int64_t>(version, 0);
}

void refuse_newer(const database_state& state, std::int64_t version, std::int64_t newest) {
  if (version <= newest) return;
  throw error(errc::schema_too_new,
              state.settings->location + ": the log in schema " + state.settings->schema +
                  " has the version " + std::to_string(version) +
                  ", and this version of messagebus knows up to " + std::to_string(newest) +
                  ": open it with the newer messagebus that made it");
}

// Without a version, a table of messages is one that somebody has damaged.
void refuse_log_without_version(script_connection& open, const connection_settings& settings) {
  if (!has_table(open, settings, "message")) return;
  const std::string table = settings.schema + ".schema_version";
  throw error(
      errc::storage_corrupt,
      settings.location + ": there is a log in schema " + settings.schema +
          ", and its version is missing: CREATE TABLE IF NOT EXISTS " + table +
          "(version integer NOT NULL); DELETE FROM " + table + "; INSERT INTO " + table +
          " VALUES(n), where n is the version of the schema, 1 if no newer messagebus wrote "
          "it; or it is hidden from this user by row level security: ALTER TABLE " +
          table + " DISABLE ROW LEVEL SECURITY");
}

void apply_missing(script_connection& open, const database_state& state, migrations all) {
  const std::string& schema = state.settings->schema;
  open.run("SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(" +
               std::string(migration_lock_class) + ", hashtext('" + state.settings->options.schema +
               "'))",
           "take the turn to migrate the log");
  const std::int64_t version = version_of(open, *state.settings);  // again, under the lock
  refuse_newer(state, version, std::ssize(all));
  if (version == 0) refuse_log_without_version(open, *state.settings);
  if (version == std::ssize(all)) return;
  // Also where there is one, IF NOT EXISTS takes the right to make one.
  if (!has_schema(open, *state.settings)) {
    open.run("CREATE SCHEMA " + schema,
             "make the schema of the log, which another user may do instead by CREATE SCHEMA " +
                 schema + " AUTHORIZATION …");
  }
  for (const char* migration : all.subspan(static_cast<std::size_t>(version))) {
    open.run(with_schema(migration, schema), "migrate the log");
  }
  open.run("CREATE TABLE IF NOT EXISTS " + schema +
               ".schema_version(version integer NOT NULL); DELETE FROM " + schema +
               ".schema_version; INSERT INTO " + schema + ".schema_version VALUES(" +
               std::to_string(std::ssize(all)) + ")",
           "migrate the log");
}

}  // namespace

migrations schema_migrations() noexcept {
  return all_migrations;
}

void migrate(const database_state& state, migrations all) {
  script_connection open(state);
  const std::int64_t version = version_of(open, *state.settings);
  refuse_newer(state, version, std::ssize(all));
  if (version == std::ssize(all)) return;
  open.run("BEGIN ISOLATION LEVEL READ COMMITTED", "begin the migration of the log");
  try {
    apply_missing(open, state, all);
    open.run("COMMIT", "commit the migration of the log");
  } catch (...) {
    try {
      open.run("ROLLBACK", "roll back");
    } catch (const error&) {  // NOLINT(bugprone-empty-catch): the server rolls back by itself
    }
    throw;
  }
}

void require_version(const database_state& state, migrations all) {
  script_connection open(state);
  const std::int64_t version = version_of(open, *state.settings);
  refuse_newer(state, version, std::ssize(all));
  if (version == std::ssize(all)) return;
  if (version == 0) {
    refuse_log_without_version(open, *state.settings);
    throw error(errc::storage_unavailable,
                state.settings->location + ": there is no messagebus log in schema " +
                    state.settings->schema + ": check database and schema");
  }
  throw error(errc::storage_unavailable,
              state.settings->location + ": its log has the older schema version " +
                  std::to_string(version) + ": open it once for writing, which migrates it");
}

void run_script(const database_state& state, const std::string& sql, std::string_view doing) {
  script_connection open(state);
  open.lift_limit();
  open.run(sql, doing);
}

}  // namespace messagebus::postgresql::detail
