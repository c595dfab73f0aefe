#include <messagebus/postgresql/session.hpp>

#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/database.hpp>
#include <messagebus/postgresql/leased_connection.hpp>
#include <optional>
#include <string>
#include <utility>

#include "connection.hpp"
#include "database_state.hpp"
#include "gathered_messages.hpp"
#include "transaction_control.hpp"

namespace messagebus::postgresql {

session::session(postgresql::database& database) : session(database, sync_wait(database.lease())) {}

session::session(postgresql::database& database, detail::leased_connection connection)
    : state_(database.state_),
      connection_(std::make_unique<detail::leased_connection>(std::move(connection))),
      gathered_(std::make_unique<detail::gathered_messages>()) {}

session::~session() {
  if (connection_ == nullptr) return;
  detail::connection& open = **connection_;
  // Without waiting. What cannot be sent is rolled back by the server when the pool closes it.
  if (has_begun_ && open.is_usable()) {
    try {
      open.enter_pipeline();
      // A statement before it that fails would take it along.
      open.queue_sync();
      open.queue("ROLLBACK");
    } catch (...) {
      open.mark_broken();
    }
    open.send_only();
  }
}

detail::connection& session::open_connection() const {
  if (connection_ == nullptr) {
    throw transaction_error("the session has ended: begin another transaction");
  }
  return **connection_;
}

void session::begin_if_needed() {
  detail::connection& open = open_connection();
  open.enter_pipeline();
  if (has_begun_) {
    if (open.is_between_transactions()) refuse_to_go_on();
    return;
  }
  open.queue(state_->begin);
  if (!state_->settings_of_transaction.empty()) open.queue(state_->settings_of_transaction);
  has_begun_ = true;
}

void session::refuse_to_go_on() const {
  throw usage_error(state_->settings->location +
                    ": the transaction was ended behind the back of the session, by a statement on "
                    "the native handle: leave COMMIT and ROLLBACK to the unit of work");
}

void session::refuse_to_end(std::string_view sql) const {
  if (!detail::ends_transaction(sql)) return;
  throw usage_error(state_->settings->location + ": \"" + detail::shortened(sql) +
                    "\" would end the transaction, and messages would not go with the state: "
                    "leave that to the unit of work");
}

void session::queue(std::string_view sql, const parameters& values) {
  refuse_to_end(sql);
  detail::connection& open = open_connection();
  begin_if_needed();
  open.queue(sql, values);
  has_deferred_ = true;
}

task<> session::exchange() {
  const bool had_failed = begin_exchange();
  std::optional<detail::exchange_failure> failure;
  co_await (*connection_)->exchange(failure);
  end_exchange(failure, had_failed);
}

// Who is thrown out of an exchange, or dropped in the middle of it, has left it half done.
bool session::begin_exchange() noexcept {
  return std::exchange(has_failed_, true);
}

void session::end_exchange(const std::optional<detail::exchange_failure>& failure,
                           bool had_failed) {
  has_deferred_ = false;
  if (failure) (*connection_)->throw_failure(*failure);
  has_failed_ = had_failed;
}

// The exchange is awaited here rather than by way of another coroutine: this is what each statement
// of an application goes through.
task<rows> session::run(std::string_view sql, parameters values) {
  refuse_to_end(sql);
  detail::connection& open = open_connection();
  begin_if_needed();
  rows result;
  open.queue(sql, values, &result);
  const bool had_failed = begin_exchange();
  std::optional<detail::exchange_failure> failure;
  co_await open.exchange(failure);
  end_exchange(failure, had_failed);
  co_return result;
}

task<std::int64_t> session::run_and_count(std::string_view sql, parameters values) {
  const rows result = co_await run(sql, std::move(values));
  co_return result.affected();
}

task<pg_conn*> session::native_handle() {
  detail::connection& open = open_connection();
  const bool has_work = !has_begun_ || has_deferred_;
  begin_if_needed();
  if (has_work) co_await exchange();
  co_return co_await open.leave_pipeline();
}

void session::cancel() const {
  open_connection().cancel();
}

message_store& session::store() noexcept {
  return *gathered_;
}

void session::end() noexcept {
  has_begun_ = false;
  connection_.reset();
}

}  // namespace messagebus::postgresql
