#include <messagebus/sqlite/rows.hpp>

#include <sqlite3.h>

#include <messagebus/domain/error.hpp>
#include <messagebus/sqlite/session.hpp>
#include <utility>

#include "connection.hpp"

namespace messagebus::sqlite {

rows::rows(session& session, detail::cached_statement& statement)
    : session_(&session), statement_(&statement) {
  row_.statement_ = statement.handle;
  try {
    pop_front();
  } catch (...) {
    session.give_back(statement);
    throw;
  }
}

rows::rows(rows&& other) noexcept
    : session_(other.session_),
      statement_(std::exchange(other.statement_, nullptr)),
      row_(other.row_),
      is_at_end_(other.is_at_end_) {}

rows::~rows() {
  // A session that has ended has taken its statements back.
  if (statement_ != nullptr && session_->is_open()) session_->give_back(*statement_);
}

void rows::pop_front() {
  detail::connection& connection = session_->open_connection();
  const int code = sqlite3_step(statement_->handle);
  is_at_end_ = code != SQLITE_ROW;
  if (code == SQLITE_ROW || code == SQLITE_DONE) return;
  connection.fail(code, "run \"" + std::string(sqlite3_sql(statement_->handle)) + "\"");
}

}  // namespace messagebus::sqlite
