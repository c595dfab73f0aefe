#include "writer.hpp"

#include <sqlite3.h>

#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/sqlite/constraint_error.hpp>

#include "errors.hpp"
#include "joining_vfs.hpp"
#include "schema.hpp"

namespace messagebus::sqlite::detail {
namespace {

// The innermost.
constinit thread_local const writer::running_scope* running = nullptr;

}  // namespace

writer::running_scope::running_scope(const writer& writer) noexcept
    : file_(writer.channel_.get()), around_(running) {
  running = this;
}

writer::running_scope::~running_scope() {
  running = around_;
}

writer::writer(const std::string& path, const database_options& options)
    : channel_(commit_channel::of(path)),
      writing_(options.read_only ? nullptr : channel_.get()),
      connection_(path, options, connection::access::write),
      group_max_(options.group_max) {
  if (options.group_max == 0) throw usage_error("group_max is 1 or more");
  if (options.read_only) {
    require_version(connection_, schema_migrations());
    return;
  }
  migrate(connection_, schema_migrations());
  inserter_ = std::make_unique<message_inserter>(connection_);
  begin_ = connection_.compile("BEGIN IMMEDIATE");
  commit_ = connection_.compile("COMMIT");
  const std::string unit = connection::savepoint_of_units;
  savepoint_ = connection_.compile("SAVEPOINT " + unit);
  release_ = connection_.compile("RELEASE " + unit);
  roll_back_to_ = connection_.compile("ROLLBACK TO " + unit);
  connection_.guard_transactions();
}

writer::~writer() {
  for (sqlite3_stmt* statement : {begin_, commit_, savepoint_, release_, roll_back_to_}) {
    sqlite3_finalize(statement);
  }
}

void writer::refuse_to_wait_for_itself() const {
  for (const auto* scope = running; scope != nullptr; scope = scope->around_) {
    if (scope->file_ != channel_.get()) continue;
    throw usage_error(
        connection_.path() +
        ": a handler began another transaction on the database that its own transaction is on, and "
        "would wait for itself: raise a message on a model instead, or begin it when this one has "
        "ended");
  }
}

turn_queue::outcome writer::wait_for(turn& own) {
  if (!messagebus::detail::may_block()) {
    throw usage_error(connection_.path() +
                      ": SQLite blocks, and the event loop on this thread would stand still: run "
                      "the unit of work on a worker, such as messagebus::asio::blocking_worker");
  }
  refuse_to_wait_for_itself();
  const auto outcome = queue_.wait(own, connection_.busy_wait_max());
  if (outcome != turn_queue::outcome::timed_out) return outcome;
  throw error(errc::busy,
              connection_.path() +
                  ": the transactions of this process that came before have not ended within "
                  "busy_wait_max, " +
                  std::to_string(connection_.busy_wait_max().count()) +
                  " ms: end this thread's own first if it has one open, shorten the others, try "
                  "again, or raise busy_wait_max",
              retry::may_help);
}

void writer::control(sqlite3_stmt* statement, std::string_view doing) {
  const connection::transaction_control allowed(connection_);
  const int code = sqlite3_step(statement);
  sqlite3_reset(statement);
  connection_.require_ok(code, doing);
}

void writer::begin() {
  if (begin_ == nullptr) {
    throw error(
        errc::storage_read_only,
        connection_.path() + ": the database was opened with read_only: open it for writing");
  }
  connection_.require_in_place();
  gathered_.clear();
  control(begin_, "begin a transaction");
}

void writer::insert_gathered() {
  connection_.require_transaction();
  inserter_->insert(gathered_.messages());
  gathered_.clear();
}

void writer::commit() {
  const joined_commit joined(connection_.handle());
  try {
    connection_.require_in_place();  // again, since the work may have taken long
    int code = SQLITE_OK;
    {
      const connection::transaction_control allowed(connection_);
      code = sqlite3_step(commit_);
      // The error is read below: resetting would keep it, too.
      sqlite3_reset(commit_);
    }
    if (code == SQLITE_DONE) {
      channel_->announce();
      return;
    }
    throw_commit_error(connection_.handle(), code,
                       {.path = connection_.path(),
                        .doing = "commit",
                        .busy_wait_max = connection_.busy_wait_max()});
  } catch (...) {
    roll_back();
    throw;
  }
}

void writer::roll_back() noexcept {
  gathered_.clear();
  // After some errors SQLite has rolled back by itself, and there is nothing to do.
  if (!connection_.is_in_transaction()) return;
  const connection::transaction_control allowed(connection_);
  sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void writer::begin_savepoint() {
  control(savepoint_, "set a savepoint");
}

void writer::release_savepoint() {
  control(release_, "release a savepoint");
}

void writer::roll_back_to_savepoint() {
  gathered_.clear();
  control(roll_back_to_, "roll back to a savepoint");
  control(release_, "release a savepoint");
}

void writer::check_deferred_constraints() {
  int outstanding = 0;
  int ignored = 0;
  sqlite3_db_status(connection_.handle(), SQLITE_DBSTATUS_DEFERRED_FKS, &outstanding, &ignored, 0);
  if (outstanding == 0) return;
  throw constraint_error(
      SQLITE_CONSTRAINT_FOREIGNKEY,
      connection_.path() + ": cannot commit: FOREIGN KEY constraint failed; nothing was kept");
}

}  // namespace messagebus::sqlite::detail
