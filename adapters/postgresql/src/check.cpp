// Whether the tables of the log are as this library makes them.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <messagebus/postgresql/database.hpp>
#include <messagebus/postgresql/leased_connection.hpp>
#include <messagebus/postgresql/parameters.hpp>
#include <messagebus/postgresql/rows.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "connection.hpp"
#include "database_state.hpp"
#include "known_log.hpp"
#include "schema.hpp"

namespace messagebus::postgresql {
namespace {

using detail::known_column;
using detail::known_columns;

struct column {
  std::string type;
  bool is_not_null = false;
  std::string identity;
  std::string generated;  // as pg_attribute.attgenerated has it
};

/// Asks the catalog, which everyone may read, and of the log no more than a reader may. Each
/// statement is a transaction of its own.
class examination {
 public:
  examination(detail::connection& open, const detail::database_state& state)
      : open_(open),
        table_(state.table),
        schema_(state.settings->schema),
        quoted_("to_regclass('" + state.table + "')") {}

  task<std::vector<std::string>> run() {
    const bool has_table = co_await examine_table();
    if (has_table) {
      co_await examine_columns();
      co_await examine_constraints();
      co_await examine_indexes();
      co_await examine_what_was_added();
      const auto at = columns_.find("position");
      const bool is_integer =
          at != columns_.end() && at->second.type.find("int") != std::string::npos;
      if (is_integer) co_await examine_sequence();
    }
    co_await examine_version();
    co_await examine_encoding();
    co_return std::move(findings_);
  }

 private:
  task<rows> ask(std::string sql) {
    rows found;
    open_.queue(sql, parameters(), &found);
    co_await open_.exchange();
    co_return found;
  }

  void find(std::string what, std::string_view to_do) {
    findings_.push_back(std::move(what.append(": ").append(to_do)));
  }

  std::string altering(std::string_view change) const {
    return "ALTER TABLE " + table_ + " " + std::string(change);
  }

  std::string in_schema(std::string_view name) const {
    return std::string(schema_).append(".").append(name);
  }

  // What both tables may not have.
  void examine_storage(const std::string& table, const row& found);
  // False: it is not there, and nothing more can be said of it.
  task<bool> examine_table();
  task<> examine_columns();
  void compare(const known_column& known, const column& found);
  task<> examine_constraints();
  // An empty `column`: it is of another kind.
  void compare_constraint(const row& found, std::string_view column, std::string_view made);
  task<> examine_indexes();
  void examine_index(const row& found, bool is_correlation);
  std::string making_correlation() const;
  task<> examine_what_was_added();
  task<> examine_sequence();
  void examine_settings(const row& sequence);
  task<> examine_version();
  task<> examine_version_rows(std::string insert);
  task<> examine_encoding();

  detail::connection& open_;
  const std::string& table_;
  const std::string& schema_;
  const std::string quoted_;
  std::map<std::string, column> columns_;
  std::vector<std::string> findings_;
};

void examination::examine_storage(const std::string& table, const row& found) {
  const std::string altering_it = "ALTER TABLE " + table + " ";
  if (found.get<std::string_view>(1) != "p") {
    find(table + " is UNLOGGED, and empty after a crash of the server", altering_it + "SET LOGGED");
  }
  if (found.get<bool>(2)) {
    find(table + " has row level security, which hides its rows from readers",
         altering_it + "DISABLE ROW LEVEL SECURITY");
  }
}

task<bool> examination::examine_table() {
  const rows found = co_await ask(detail::table_like + quoted_);
  if (found.empty()) {
    find("the table " + table_ + " is missing", "restore a backup");
    co_return false;
  }
  const row table = found.front();
  if (table.get<std::string_view>(0) != "r") {
    find(table_ + " is no ordinary table", "make it one, with the rows that it has");
  }
  examine_storage(table_, table);
  if (table.get<bool>(3)) {
    find(table_ + " has tables that inherit from it, whose rows are read as messages",
         "ALTER TABLE … NO INHERIT " + table_ + " for each of them (pg_inherits)");
  }
  co_return true;
}

task<> examination::examine_columns() {
  const rows found = co_await ask(detail::columns_of + quoted_ + " ORDER BY attnum");
  for (const row& row : found) {
    auto name = row.get<std::string>(0);
    const bool is_known = std::ranges::any_of(
        known_columns, [&](const known_column& known) { return known.name == name; });
    if (!is_known) {
      const auto in_sql = row.get<std::string>(4);
      find("the column " + in_sql + " was added to " + table_, altering("DROP COLUMN " + in_sql));
      continue;
    }
    columns_.emplace(std::move(name), column{.type = row.get<std::string>(1),
                                             .is_not_null = row.get<bool>(2),
                                             .identity = row.get<std::string>(3),
                                             .generated = row.get<std::string>(5)});
  }
  for (const known_column& known : known_columns) {
    const auto at = columns_.find(std::string(known.name));
    if (at != columns_.end()) {
      compare(known, at->second);
    } else {
      find("the column " + std::string(known.name) + " of " + table_ + " is missing",
           "restore a backup");
    }
  }
}

void examination::compare(const known_column& known, const column& found) {
  const std::string name(known.name);
  const std::string what = "the column " + name + " of " + table_;
  const std::string change = "ALTER COLUMN " + name + " ";
  if (found.type != known.type) {
    const std::string type(known.type);
    find(what + " has the type " + found.type + ", and should have " + type,
         altering(change + "TYPE " + type + " USING " + name + "::" + type));
  }
  if (found.is_not_null != known.is_not_null) {
    find(what + (found.is_not_null ? " is NOT NULL, and messages without it are refused"
                                   : " is not NOT NULL any more, and may hold what is no message"),
         altering(change + (found.is_not_null ? "DROP NOT NULL" : "SET NOT NULL")));
  }
  if (found.generated == "s") {
    find(what + " is generated, and no message can be written",
         altering(change + "DROP EXPRESSION"));
  } else if (!found.generated.empty()) {
    find(what + " is generated and kept nowhere, and no message can be written",
         "restore a backup");
  }
  if (known.name == "position" && found.identity == "d") {
    find(what + " takes numbers that are given to it, behind the back of readers",
         altering(change + "SET GENERATED ALWAYS"));
  }
}

task<> examination::examine_constraints() {
  const rows found = co_await ask(detail::constraints_of + quoted_ + " ORDER BY c.conname");
  bool has_primary = false;
  bool has_unique = false;
  for (const row& row : found) {
    const auto kind = row.get<std::string_view>(2);
    if (kind == "p") {
      has_primary = true;
      compare_constraint(row, "position", "PRIMARY KEY (position)");
    } else if (row.get<std::string_view>(0) == detail::unique_id) {
      has_unique = true;
      compare_constraint(row, kind == "u" ? "message_id" : "", detail::made_unique_id);
    } else {
      const auto name = row.get<std::string>(1);
      find("the constraint " + name + " was added to " + table_ + " and may refuse messages",
           altering("DROP CONSTRAINT " + name));
    }
  }
  if (!has_primary) {
    find("the primary key of " + table_ + " is missing, and a position may stand twice",
         altering("ADD PRIMARY KEY (position)"));
  }
  if (!has_unique) {
    find("the constraint message_id_is_unique of " + table_ +
             " is missing, and a message may be written twice",
         altering("ADD " + std::string(detail::made_unique_id)));
  }
}

void examination::compare_constraint(const row& found, std::string_view column,
                                     std::string_view made) {
  const auto name = found.get<std::string>(1);
  const std::string what = "the constraint " + name + " of " + table_;
  if (found.get<std::string_view>(3) != column || found.get<bool>(5)) {
    find(what + " is not as the library makes it",
         altering("DROP CONSTRAINT " + name + ", ADD " + std::string(made)));
  } else if (!found.get<bool>(4)) {
    find("the index of " + what + " is not valid", "REINDEX INDEX " + in_schema(name));
  }
}

task<> examination::examine_indexes() {
  const rows found = co_await ask(detail::indexes_of + quoted_ + " ORDER BY c.relname");
  bool has_correlation = false;
  for (const row& row : found) {
    const bool is_correlation = row.get<std::string_view>(0) == "message_correlation";
    has_correlation = has_correlation || is_correlation;
    examine_index(row, is_correlation);
  }
  if (!has_correlation) {
    find("the index " + in_schema("message_correlation") +
             " is missing, and to find a chain takes reading the whole log",
         making_correlation());
  }
}

void examination::examine_index(const row& found, bool is_correlation) {
  const std::string name = in_schema(found.get<std::string_view>(1));
  if (found.get<bool>(2)) {
    find("the unique index " + name + " was added and may refuse messages", "DROP INDEX " + name);
  }
  if (!is_correlation) return;
  if (!found.get<bool>(4)) {
    find("the index " + name + " is not as the library makes it",
         "DROP INDEX " + name + "; " + making_correlation());
  } else if (!found.get<bool>(3)) {
    find("the index " + name + " is not valid", "REINDEX INDEX " + name);
  }
}

std::string examination::making_correlation() const {
  return "CREATE INDEX message_correlation ON " + table_ +
         "(correlation_id) WHERE correlation_id <> message_id";
}

task<> examination::examine_what_was_added() {
  const rows found = co_await ask(detail::triggers_of + quoted_ + detail::rules_of + quoted_ +
                                  " ORDER BY 1 DESC, 2");
  for (const row& row : found) {
    find("the " + row.get<std::string>(0) + " was added to " + table_ +
             " and may keep messages out or alter them",
         row.get<std::string>(1) + " ON " + table_);
  }
}

task<> examination::examine_sequence() {
  // The newest position first: what it was taken from is not behind it then, whatever is written
  // meanwhile.
  const rows ends = co_await ask(
      "SELECT coalesce(max(position), 0)::bigint, coalesce(min(position), 1)::bigint FROM " +
      table_);
  const auto newest = ends.front().get<std::int64_t>(0);
  const auto oldest = ends.front().get<std::int64_t>(1);
  if (oldest < 1) {
    find(table_ + " has positions below 1, from " + std::to_string(oldest) +
             " on, which no reader sees",
         "add these messages anew, at the end, and delete them there");
  }
  const std::string name = "pg_get_serial_sequence('" + table_ + "', 'position')";
  const rows found = co_await ask(
      "SELECT seqcache, seqincrement, seqcycle, " + name +
      ", has_sequence_privilege(seqrelid, 'SELECT'), seqmax FROM pg_sequence WHERE seqrelid = " +
      name + "::regclass");
  const std::string behind = std::to_string(first_after(position{newest}).value);
  if (found.empty() || columns_.at("position").identity.empty()) {
    find("the column position of " + table_ + " has no identity, which gives messages their place",
         altering("ALTER COLUMN position DROP DEFAULT, ALTER COLUMN position ADD GENERATED ALWAYS "
                  "AS IDENTITY (START WITH " +
                  behind + ")"));
    co_return;
  }
  examine_settings(found.front());
  const auto most = found.front().get<std::int64_t>(5);
  if (newest >= most) {
    find("the sequence of " + table_ + " ends at " + std::to_string(most) +
             ", and no message can be added behind that",
         most == std::numeric_limits<std::int64_t>::max()
             ? "export the log and import it into another"
             : altering("ALTER COLUMN position SET NO MAXVALUE"));
  }
  if (!found.front().get<bool>(4)) co_return;
  const rows next =
      co_await ask("SELECT last_value, is_called FROM " + found.front().get<std::string>(3));
  const auto last = next.front().get<std::int64_t>(0);
  const bool is_given = next.front().get<bool>(1);
  if (is_given ? last >= newest : last > newest) co_return;
  find("the sequence of " + table_ + " stands at " + std::to_string(last) +
           ", behind the newest position " + std::to_string(newest) +
           ", and would give positions out again",
       altering("ALTER COLUMN position RESTART WITH " + behind));
}

void examination::examine_settings(const row& sequence) {
  const auto cache = sequence.get<std::int64_t>(0);
  const auto increment = sequence.get<std::int64_t>(1);
  const std::string what = "the sequence of " + table_ + " has ";
  const std::string change = "ALTER COLUMN position SET ";
  if (cache != 1) {
    find(what + "CACHE " + std::to_string(cache) +
             ", and numbers that a connection keeps for later come behind those of others",
         altering(change + "CACHE 1"));
  }
  if (increment != 1) {
    find(what + "INCREMENT " + std::to_string(increment) + ", and the library counts by 1",
         altering(change + "INCREMENT 1"));
  }
  if (sequence.get<bool>(2)) {
    find(what + "CYCLE, and would begin again from its first number",
         altering(change + "NO CYCLE"));
  }
}

task<> examination::examine_version() {
  const std::string table = in_schema("schema_version");
  const std::string making = "CREATE TABLE " + table + "(version integer NOT NULL); ";
  std::string insert = "INSERT INTO " + table + " VALUES(" +
                       std::to_string(detail::schema_migrations().size()) + ")";
  const rows found = co_await ask(detail::table_like + ("to_regclass('" + table + "')"));
  if (found.empty()) {
    find("the table " + table + " is missing", making + insert);
    co_return;
  }
  const auto kind = found.front().get<std::string_view>(0);
  if (kind != "r") {
    find(table + " is no ordinary table, and may not be writable when the log is migrated",
         "DROP " + std::string(detail::kind_in_sql(kind)) + " " + table + "; " + making + insert);
    co_return;
  }
  examine_storage(table, found.front());
  co_await examine_version_rows(std::move(insert));
}

task<> examination::examine_version_rows(std::string insert) {
  const std::string table = in_schema("schema_version");
  const rows counted = co_await ask("SELECT count(*) FROM " + table);
  const auto count = counted.front().get<std::int64_t>(0);
  if (count == 1) co_return;
  find("the table " + table + " has " + std::to_string(count) + " rows, and should have one",
       "DELETE FROM " + table + "; " + insert);
}

// SQL_ASCII takes everything as it comes.
task<> examination::examine_encoding() {
  const rows found = co_await ask("SELECT current_setting('server_encoding')");
  const auto encoding = found.front().get<std::string>(0);
  if (encoding == "UTF8" || encoding == "SQL_ASCII") co_return;
  find("the database keeps texts as " + encoding +
           ", and refuses messages with characters that this does not have",
       "make a database with ENCODING 'UTF8', and take the log over by messagebus export and "
       "import");
}

}  // namespace

task<std::vector<std::string>> database::check() {
  const detail::leased_connection lent = co_await lease();
  lent->enter_pipeline();
  examination examining(*lent, *state_);
  co_return co_await examining.run();
}

}  // namespace messagebus::postgresql
