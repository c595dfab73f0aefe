#include <messagebus/sqlite/session.hpp>

#include <sqlite3.h>

#include <cmath>
#include <messagebus/domain/error.hpp>
#include <messagebus/sqlite/database.hpp>
#include <string>
#include <utility>

#include "alone_transaction.hpp"
#include "connection.hpp"

namespace messagebus::sqlite {
namespace {

[[noreturn]] void throw_not_a_number() {
  throw encode_error(
      "a value of a statement is not a number, which SQLite would keep as NULL: give it NULL if "
      "that is meant, by an empty std::optional");
}

int bind(sqlite3_stmt* statement, int index, const parameter& value, bool copies_values) {
  const auto keep = copies_values ? SQLITE_TRANSIENT : SQLITE_STATIC;
  // A null pointer would be NULL and not empty.
  const void* const data = value.data() == nullptr ? "" : value.data();
  switch (value.kind()) {
    case parameter::kind::null:
      return sqlite3_bind_null(statement, index);
    case parameter::kind::integer:
      return sqlite3_bind_int64(statement, index, value.integer());
    case parameter::kind::real:
      if (std::isnan(value.real())) throw_not_a_number();
      return sqlite3_bind_double(statement, index, value.real());
    case parameter::kind::text:
      return sqlite3_bind_text64(statement, index, static_cast<const char*>(data), value.size(),
                                 keep, SQLITE_UTF8);
    case parameter::kind::blob:
      return sqlite3_bind_blob64(statement, index, data, value.size(), keep);
  }
  return SQLITE_MISUSE;
}

}  // namespace

void detail::session_host::end_session() noexcept {
  if (session_ != nullptr) session_->end();
}

session::session(sqlite::database& database, const store_factory& make_store)
    : session(std::make_unique<detail::alone_transaction>(database.writer()), make_store) {}

session::session(std::unique_ptr<detail::session_host> host, const store_factory& make_store)
    : session(*host, make_store) {
  owned_host_ = std::move(host);
}

session::session(detail::session_host& host, const store_factory& make_store)
    : host_(&host), connection_(&host.connection()) {
  if (make_store) store_ = make_store(*this);
  host_->session_ = this;
}

session::~session() {
  const bool was_open = is_open();
  end();
  if (was_open) host_->rollback();
  host_->session_ = nullptr;
}

void session::require_open() const {
  if (!is_open()) [[unlikely]]
    throw transaction_error("the session has ended: begin another transaction");
}

detail::connection& session::open_connection() const {
  require_open();
  connection_->require_transaction();
  return *connection_;
}

sqlite3* session::native_handle() const {
  return open_connection().handle();
}

message_store& session::store() noexcept {
  return store_ ? *store_ : host_->store();
}

task<> session::commit() {
  if (owned_host_) require_open();
  end();
  host_->commit();
  return {};
}

task<> session::rollback() {
  if (is_open()) {
    end();
    host_->rollback();
  }
  return {};
}

void session::run_script(std::string_view sql) {
  open_connection().run_given_script(sql);
}

std::int64_t session::run(std::string_view sql, std::span<const parameter> parameters) {
  detail::connection& connection = open_connection();
  detail::cached_statement& statement = take(sql, parameters, false);
  const std::int64_t changes_before = sqlite3_total_changes64(connection.handle());
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(statement.handle);
  if (code != SQLITE_DONE) {
    // Resetting keeps the error for its sentence, and lets the transaction go on.
    try {
      connection.fail(code, "run \"" + std::string(sql) + "\"");
    } catch (...) {
      give_back(statement);
      throw;
    }
  }
  // The count of the last statement that changed rows stands until the next one does.
  const bool has_changed = sqlite3_total_changes64(connection.handle()) != changes_before;
  const std::int64_t changes = has_changed ? sqlite3_changes64(connection.handle()) : 0;
  give_back(statement);
  return changes;
}

rows session::start(std::string_view sql, std::span<const parameter> parameters) {
  open_connection();
  return {*this, take(sql, parameters, true)};
}

detail::cached_statement& session::take(std::string_view sql, std::span<const parameter> parameters,
                                        bool copies_values) {
  detail::cached_statement& statement = connection_->statements().take(sql);
  statement.next_lent = std::exchange(lent_, &statement);
  try {
    if (statement.parameter_count != static_cast<int>(parameters.size())) {
      throw usage_error(connection_->path() + ": \"" + std::string(sql) + "\" has " +
                        std::to_string(statement.parameter_count) + " parameters, and " +
                        std::to_string(parameters.size()) + " values were given");
    }
    for (int i = 0; i < statement.parameter_count; ++i) {
      const int code =
          bind(statement.handle, i + 1, parameters[static_cast<std::size_t>(i)], copies_values);
      if (code != SQLITE_OK) {
        connection_->fail(code, "bind a parameter of \"" + std::string(sql) + "\"");
      }
    }
  } catch (...) {
    give_back(statement);
    throw;
  }
  return statement;
}

void session::give_back(detail::cached_statement& statement) noexcept {
  detail::cached_statement** link = &lent_;
  while (*link != &statement) link = &(*link)->next_lent;
  *link = statement.next_lent;
  connection_->statements().give_back(statement);
}

void session::end() noexcept {
  if (!is_open()) return;
  while (lent_ != nullptr) give_back(*lent_);
  connection_ = nullptr;
}

}  // namespace messagebus::sqlite
