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

// Where the messages of a chain stand: the first of it is found by its id, which is the correlation
// id of all; the first of each other run by the index; and the rest stand behind those. The limit,
// which is none, keeps SQLite from leaving out the order.
std::string positions_of_chain(const std::string& id, const char* order) {
  return "(WITH RECURSIVE chain(position) AS ("
         "SELECT position FROM messagebus_message WHERE message_id = " +
         id + " AND correlation_id = " + id +
         " UNION ALL SELECT position FROM messagebus_message"
         " WHERE starts_run AND correlation_id <> message_id AND correlation_id = " +
         id +
         " UNION ALL SELECT next.position FROM chain JOIN messagebus_message AS next"
         " ON next.position = chain.position + 1"
         " WHERE next.correlation_id = " +
         id +
         " AND NOT next.starts_run)"
         " SELECT DISTINCT position AS place FROM chain WHERE position > ?1 AND position <= ?2" +
         order + " LIMIT -1)";
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
  const char* const order =
      query.order == log_order::oldest_first ? " ORDER BY position" : " ORDER BY position DESC";
  const std::string take = std::string("messagebus_take(") + message_columns + ")";
  const std::string conditions = conditions_of(query);
  const std::string wanted =
      conditions.empty() ? take : "CASE WHEN " + conditions + " THEN " + take + " END";
  if (query.correlation_id) {
    return "SELECT 1 FROM " + positions_of_chain(parameter_of(chain_parameter), order) +
           " CROSS JOIN messagebus_message ON position = place WHERE " + wanted;
  }
  return "SELECT 1 FROM messagebus_message NOT INDEXED WHERE position > ?1 AND position <= ?2 "
         "AND " +
         wanted + order;
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
