#pragma once

#include <messagebus/ports/log_query.hpp>
#include <messagebus/postgresql/parameters.hpp>
#include <string>

namespace messagebus::postgresql::detail {

/// What readers ask the server, with the namespace in it.
struct log_statements {
  explicit log_statements(const std::string& table);

  std::string columns;  ///< SELECT … FROM, without a condition
  std::string newest;
  /// What has to hold for a reader to trust the order.
  std::string conditions;
  std::string lock_holders;
  std::string positions;
  std::string by_id;
};

/// So many positions are looked at to tell how far the log has no gap.
inline constexpr int positions_max = 1024;

/// The messages that match a query, from `$1` exclusive to `$2` inclusive, at most `$3`.
struct page_statement {
  page_statement(const log_statements& statements, const log_query& query, std::int64_t after,
                 std::int64_t up_to, std::size_t messages_max);

  std::string sql;
  parameters values;
  /// Beside the position.
  bool has_conditions = false;
};

}  // namespace messagebus::postgresql::detail
