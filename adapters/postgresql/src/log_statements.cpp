#include "log_statements.hpp"

#include <algorithm>

#include "types.hpp"

namespace messagebus::postgresql::detail {

log_statements::log_statements(const std::string& table)
    : columns(
          "SELECT position, message_id, created_at, kind, name, schema_version, published, "
          "correlation_id, causation_id, metadata, payload FROM " +
          table),
      newest("SELECT coalesce(max(position), 0) FROM " + table),
      conditions(
          "SELECT seqcache, pg_is_in_recovery() FROM pg_sequence WHERE seqrelid = "
          "pg_get_serial_sequence('" +
          table + "', 'position')::regclass"),
      lock_holders(
          "SELECT virtualtransaction, pid IS NULL FROM pg_locks WHERE locktype = 'relation' AND "
          "relation = '" +
          table +
          "'::regclass AND database = (SELECT oid FROM pg_database WHERE datname = "
          "current_database()) AND mode = 'RowExclusiveLock' AND granted"),
      positions("SELECT position FROM " + table + " WHERE position > $1 ORDER BY position LIMIT " +
                std::to_string(positions_max)),
      by_id(columns + " WHERE message_id = $1") {}

namespace {

// The conditions of a query beside the position, and their values.
class condition_writer {
 public:
  explicit condition_writer(page_statement& into) noexcept : into_(into) {}

  template <class Value>
  void add(const char* condition, const Value& value) {
    into_.values.add(value);
    into_.sql.append(condition).append(last());
  }

  void add_correlation(uuid correlation_id) {
    // The index of correlation ids leaves out the first of a chain, which has its own id as such.
    into_.values.add(correlation_id);
    const std::string id = last();
    into_.sql += " AND ((correlation_id = " + id +
                 " AND correlation_id <> message_id) OR (message_id = " + id +
                 " AND correlation_id = " + id + "))";
  }

  void add_names(const std::vector<std::string>& names) {
    into_.sql += " AND name IN (";
    for (std::size_t i = 0; i < names.size(); ++i) add(i == 0 ? "" : ",", names[i]);
    into_.sql += ")";
  }

 private:
  std::string last() const {
    std::string parameter("$");  // GCC 12 takes `"$" + …` for an overlap when it optimises fully
    return parameter += std::to_string(into_.values.size());
  }

  page_statement& into_;
};

}  // namespace

page_statement::page_statement(const log_statements& statements, const log_query& query,
                               std::int64_t after, std::int64_t up_to, std::size_t messages_max)
    : sql(statements.columns + " WHERE position > $1 AND position <= $2"),
      values(parameters::of(after, up_to, static_cast<std::int64_t>(messages_max))) {
  condition_writer conditions(*this);
  // The server takes no earlier times, and no message has one.
  if (query.from) conditions.add(" AND created_at >= ", std::max(*query.from, earliest_of_server));
  if (query.until) conditions.add(" AND created_at < ", std::max(*query.until, earliest_of_server));
  if (query.schema_version) conditions.add(" AND schema_version = ", *query.schema_version);
  if (query.kind) conditions.add(" AND kind = ", static_cast<std::int16_t>(*query.kind));
  if (query.published) conditions.add(" AND published = ", *query.published);
  if (query.correlation_id) conditions.add_correlation(*query.correlation_id);
  if (!query.names.empty()) conditions.add_names(query.names);
  has_conditions = values.size() > 3;
  sql += query.order == log_order::oldest_first ? " ORDER BY position LIMIT $3"
                                                : " ORDER BY position DESC LIMIT $3";
}

}  // namespace messagebus::postgresql::detail
