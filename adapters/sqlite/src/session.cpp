#include <messagebus/sqlite/session.hpp>

#include <sqlite3.h>

#include <messagebus/domain/error.hpp>
#include <messagebus/sqlite/database.hpp>
#include <vector>

#include "database_state.hpp"
#include "errors.hpp"
#include "message_rows.hpp"

namespace messagebus::sqlite {

/// Messages wait here until the transaction commits.
class session::gathered_messages final : public message_store {
 public:
  void add(const recorded_message& message) override { messages.push_back(message); }

  std::vector<recorded_message> messages;
};

session::session(sqlite::database& database)
    : database_(database), gathered_(std::make_unique<gathered_messages>()) {
  detail::database_state& state = *database.state_;
  if (!state.writing.take(state.options.busy_wait_max)) {
    throw error(errc::busy,
                database.path() +
                    ": another transaction of this process has not ended within busy_wait_max: end "
                    "it first if it is this thread's, or try again",
                retry::may_help);
  }
  try {
    state.writer.prepare("BEGIN IMMEDIATE").run();
  } catch (...) {
    state.writing.give_back();
    throw;
  }
  is_open_ = true;
}

session::~session() {
  roll_back_now();
}

detail::connection& session::open_connection() const {
  if (!is_open_) throw transaction_error("the session has ended: begin another transaction");
  return database_.state_->writer;
}

statement session::prepare(std::string_view sql) {
  return open_connection().prepare(sql);
}

sqlite3* session::native_handle() const {
  return open_connection().handle();
}

message_store& session::store() noexcept {
  return *gathered_;
}

task<> session::commit() {
  write_and_commit();
  co_return;
}

void session::write_and_commit() {
  detail::connection& connection = open_connection();
  try {
    for (const recorded_message& message : gathered_->messages) {
      detail::insert_message(connection, message);
    }
    statement commit = connection.prepare("COMMIT");
    const int result = sqlite3_step(commit.native_handle());
    if (result != SQLITE_DONE) {
      detail::throw_commit_error(connection.handle(), result, connection.path());
    }
  } catch (...) {
    roll_back_now();
    throw;
  }
  is_open_ = false;
  detail::database_state& state = *database_.state_;
  state.writing.give_back();
  state.channel->announce();
}

task<> session::rollback() {
  roll_back_now();
  co_return;
}

void session::roll_back_now() noexcept {
  if (!is_open_) return;
  is_open_ = false;
  detail::database_state& state = *database_.state_;
  // After some errors SQLite has rolled back by itself, and there is nothing to do.
  if (sqlite3_get_autocommit(state.writer.handle()) == 0) {
    sqlite3_exec(state.writer.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  state.writing.give_back();
}

}  // namespace messagebus::sqlite
