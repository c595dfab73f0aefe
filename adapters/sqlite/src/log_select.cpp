#include "log_select.hpp"

#include <sqlite3.h>

#include "message_rows.hpp"

namespace messagebus::sqlite::detail {
namespace {

constexpr int first_condition = 4;  // behind after, up_to and the number of rows

// Where the messages of a chain stand: the first of it is found by its id, which is the correlation
// id of all; the first of each other run by the index; and the rest stand behind those.
std::string chain_condition(int parameter) {
  std::string id("?");  // GCC 12 takes `"?" + …` for an overlap when it optimises fully
  id += std::to_string(parameter);
  return " AND position IN (WITH RECURSIVE chain(position) AS ("
         "SELECT position FROM messagebus_message WHERE message_id = " +
         id + " AND correlation_id = " + id +
         " UNION ALL SELECT position FROM messagebus_message"
         " WHERE starts_run AND correlation_id <> message_id AND correlation_id = " +
         id +
         " UNION ALL SELECT next.position FROM chain JOIN messagebus_message AS next"
         " ON next.position = chain.position + 1"
         " WHERE next.correlation_id = " +
         id + " AND NOT next.starts_run) SELECT position FROM chain)";
}

// The conditions beside the position, with numbered parameters.
std::string conditions_of(const log_query& query) {
  std::string sql;
  int parameter = first_condition - 1;
  const auto add = [&](const char* condition) { sql += condition + std::to_string(++parameter); };
  if (query.from) add(" AND created_at >= ?");
  if (query.until) add(" AND created_at < ?");
  if (query.schema_version) add(" AND schema_version = ?");
  if (query.kind) add(" AND kind = ?");
  if (query.published) add(" AND published = ?");
  if (query.correlation_id) sql += chain_condition(++parameter);
  if (!query.names.empty()) {
    sql += " AND name IN (";
    for (std::size_t i = 0; i < query.names.size(); ++i) add(i == 0 ? "?" : ",?");
    sql += ")";
  }
  return sql;
}

}  // namespace

std::string select_of(const log_query& query) {
  const bool is_forward = query.order == log_order::oldest_first;
  return std::string("SELECT ") + message_columns +
         " FROM messagebus_message WHERE position > ?1 AND position <= ?2" + conditions_of(query) +
         (is_forward ? " ORDER BY position LIMIT ?3" : " ORDER BY position DESC LIMIT ?3");
}

void bind_select(sqlite3_stmt* statement, const log_query& query, position after, position up_to,
                 std::size_t messages_max) {
  sqlite3_bind_int64(statement, 1, after.value);
  sqlite3_bind_int64(statement, 2, up_to.value);
  sqlite3_bind_int64(statement, 3, static_cast<std::int64_t>(messages_max));
  int parameter = first_condition - 1;
  const auto bind = [&](std::int64_t value) { sqlite3_bind_int64(statement, ++parameter, value); };
  if (query.from) bind(query.from->time_since_epoch().count());
  if (query.until) bind(query.until->time_since_epoch().count());
  if (query.schema_version) bind(*query.schema_version);
  if (query.kind) bind(static_cast<int>(*query.kind));
  if (query.published) bind(*query.published ? 1 : 0);
  if (query.correlation_id) {
    const auto& bytes = query.correlation_id->bytes;
    sqlite3_bind_blob(statement, ++parameter, bytes.data(), static_cast<int>(bytes.size()),
                      SQLITE_STATIC);
  }
  for (const std::string& name : query.names) {
    sqlite3_bind_text64(statement, ++parameter, name.data(), name.size(), SQLITE_STATIC,
                        SQLITE_UTF8);
  }
}

std::string_view select_by_id() {
  static const std::string sql =
      std::string("SELECT ") + message_columns + " FROM messagebus_message WHERE message_id = ?1";
  return sql;
}

}  // namespace messagebus::sqlite::detail
