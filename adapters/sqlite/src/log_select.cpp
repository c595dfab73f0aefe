#include "log_select.hpp"

#include <sqlite3.h>

#include "message_rows.hpp"

namespace messagebus::sqlite::detail {
namespace {

constexpr int chain_parameter = 3;  // behind after and up_to
constexpr int first_condition = 4;

std::string parameter_of(int number) {
  std::string parameter("?");  // GCC 12 takes `"?" + …` for an overlap when it optimises fully
  parameter += std::to_string(number);
  return parameter;
}

// The place in the chain behind `before`: the row behind it when that goes on with the same run;
// else the first row of another run, by the index, or the first of the chain, by its id.
std::string next_of_chain(const std::string& id, const std::string& before) {
  return "coalesce((SELECT position FROM messagebus_message WHERE position = " + before +
         " + 1 AND correlation_id = " + id +
         " AND NOT starts_run), (SELECT min(place) FROM ("
         "SELECT min(position) AS place FROM messagebus_message"
         " WHERE starts_run AND correlation_id <> message_id AND correlation_id = " +
         id + " AND position > " + before +
         " UNION ALL SELECT position FROM messagebus_message WHERE message_id = " + id +
         " AND correlation_id = " + id + " AND position > " + before + ")))";
}

// Where the messages of a chain stand, in order, one looked for when the one before was taken: a
// page costs what it holds, however long the chain. What does not grow, in a damaged index, is an
// end.
std::string positions_of_chain(const std::string& id) {
  return "(WITH RECURSIVE chain(position, before) AS (SELECT " + next_of_chain(id, "?1") +
         ", ?1 UNION ALL SELECT " + next_of_chain(id, "chain.position") +
         ", position FROM chain WHERE position > before AND position < ?2)"
         " SELECT position AS place FROM chain WHERE position > before AND position <= ?2)";
}

// The conditions beside the position and the chain, with numbered parameters.
std::string conditions_of(const log_query& query) {
  std::string sql;
  int parameter = first_condition - 1;
  const auto begin = [&] {
    if (!sql.empty()) sql += " AND ";
  };
  const auto add = [&](const char* condition) {
    begin();
    sql += condition + parameter_of(++parameter);
  };
  if (query.from) add("created_at >= ");
  if (query.until) add("created_at < ");
  if (query.schema_version) add("schema_version = ");
  if (query.kind) add("kind = ");
  if (query.published) add("published = ");
  if (!query.names.empty()) {
    begin();
    sql += "name IN (";
    for (std::size_t i = 0; i < query.names.size(); ++i) {
      if (i > 0) sql += ",";
      sql += parameter_of(++parameter);
    }
    sql += ")";
  }
  return sql;
}

}  // namespace

// Rows are taken as they are come by, so in each form that is in the order of their positions: a
// table without its indexes is walked by its key, and the positions of a chain are put in order
// before the rows are looked up.
std::string select_of(const log_query& query) {
  const bool is_forward = query.order == log_order::oldest_first;
  const std::string take = std::string("messagebus_take(") + message_columns + ")";
  const std::string conditions = conditions_of(query);
  const std::string wanted =
      conditions.empty() ? take : "CASE WHEN " + conditions + " THEN " + take + " END";
  if (query.correlation_id) {
    const std::string chain = positions_of_chain(parameter_of(chain_parameter));
    // The limit, which is none, keeps SQLite from leaving out the order.
    const std::string backwards = "(SELECT place FROM " + chain + " ORDER BY place DESC LIMIT -1)";
    return "SELECT 1 FROM " + (is_forward ? chain : backwards) +
           " CROSS JOIN messagebus_message ON position = place WHERE " + wanted;
  }
  return "SELECT 1 FROM messagebus_message NOT INDEXED WHERE position > ?1 AND position <= ?2 "
         "AND " +
         wanted + (is_forward ? " ORDER BY position" : " ORDER BY position DESC");
}

void bind_select(sqlite3_stmt* statement, const log_query& query, position after, position up_to) {
  sqlite3_bind_int64(statement, 1, after.value);
  sqlite3_bind_int64(statement, 2, up_to.value);
  int parameter = first_condition - 1;
  const auto bind = [&](std::int64_t value) { sqlite3_bind_int64(statement, ++parameter, value); };
  if (query.from) bind(query.from->time_since_epoch().count());
  if (query.until) bind(query.until->time_since_epoch().count());
  if (query.schema_version) bind(*query.schema_version);
  if (query.kind) bind(static_cast<int>(*query.kind));
  if (query.published) bind(*query.published ? 1 : 0);
  for (const std::string& name : query.names) {
    sqlite3_bind_text64(statement, ++parameter, name.data(), name.size(), SQLITE_STATIC,
                        SQLITE_UTF8);
  }
  if (query.correlation_id) {
    const auto& bytes = query.correlation_id->bytes;
    sqlite3_bind_blob(statement, chain_parameter, bytes.data(), static_cast<int>(bytes.size()),
                      SQLITE_STATIC);
  }
}

std::string_view select_by_id() {
  static const std::string sql =
      std::string("SELECT ") + message_columns + " FROM messagebus_message WHERE message_id = ?1";
  return sql;
}

}  // namespace messagebus::sqlite::detail
