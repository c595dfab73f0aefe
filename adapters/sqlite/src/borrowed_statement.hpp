#pragma once

#include <sqlite3.h>

#include <string_view>

#include "connection.hpp"
#include "statement_cache.hpp"

namespace messagebus::sqlite::detail {

/// A statement on loan from the cache of a connection, which looks into the log.
class borrowed_statement {
 public:
  /// Errors: those of the database.
  borrowed_statement(connection& connection, std::string_view sql)
      : connection_(connection), statement_(connection.statements().take(sql)) {}
  borrowed_statement(const borrowed_statement&) = delete;
  borrowed_statement& operator=(const borrowed_statement&) = delete;
  ~borrowed_statement() { connection_.statements().give_back(statement_); }

  sqlite3_stmt* handle() const noexcept { return statement_.handle; }

  /// True: it stands on a row. Errors: those of the database.
  bool step() {
    const int code = sqlite3_step(handle());
    connection_.require_ok(code, "read the log");
    return code == SQLITE_ROW;
  }

 private:
  connection& connection_;
  cached_statement& statement_;
};

}  // namespace messagebus::sqlite::detail
