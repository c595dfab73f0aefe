#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <messagebus/ports/session.hpp>
#include <messagebus/postgresql/parameters.hpp>
#include <messagebus/postgresql/rows.hpp>
#include <optional>
#include <string_view>

struct pg_conn;

namespace messagebus::postgresql {

class database;

namespace detail {
class connection;
class gathered_messages;
class insert_statements;
class leased_connection;
struct database_state;
struct exchange_failure;
}  // namespace detail

/// One transaction on a `postgresql::database`. A repository is made from it and writes through it:
/// a coroutine awaits `execute` and `query`; a plain function calls `sync_wait` on them, which
/// blocks its thread and is refused on an event loop; `defer` waits for nothing.
///
/// The transaction begins with the first statement, in the same round trip. A statement that fails
/// fails the transaction: what comes then is refused, and commit keeps nothing. The text of a
/// statement has its parameters as `$1`, `$2`, and outlives the task. One that would end the
/// transaction is refused with a `usage_error`.
class session final : public messagebus::session {
 public:
  /// For a transaction outside of a unit of work. Waits for a connection: blocking. Errors:
  /// `errc::busy` or `errc::storage_unavailable`, retryable, after `connection_wait_max`.
  explicit session(postgresql::database& database);
  session(postgresql::database& database, detail::leased_connection connection);
  ~session() override;

  /// Runs a statement and tells how many rows it changed. Errors: `postgresql_error`;
  /// `errc::storage_unavailable`, retryable; `transaction_error` after the session has ended.
  template <class... Values>
  task<std::int64_t> execute(std::string_view sql, const Values&... values) {
    return run_and_count(sql, parameters::of(values...));
  }

  /// Runs a statement and gives its rows. Errors: as `execute`.
  template <class... Values>
  task<rows> query(std::string_view sql, const Values&... values) {
    return run(sql, parameters::of(values...));
  }

  /// Sends a statement with the next one that is awaited, at the latest with the commit: a write
  /// that costs no round trip. Its errors come from there. Blocking: never.
  template <class... Values>
  void defer(std::string_view sql, const Values&... values) {
    queue(sql, parameters::of(values...));
  }

  /// The connection, with the transaction begun and everything that was deferred done. It is in
  /// libpq's non-blocking mode, where `PQexec` and its like work as ever. Leave no query running,
  /// and the transaction open: one that has been ended cannot be committed.
  task<pg_conn*> native_handle();

  /// Asks the server to end the statement that runs, which fails then. May be called by another
  /// thread while a statement runs, and by no one while the session ends. Blocking, for as long as
  /// the server takes to accept a connection.
  void cancel() const;

  message_store& store() noexcept override;
  /// Sends what is left of the state, the messages and COMMIT in one round trip. Errors:
  /// `errc::duplicate_message` (E6); `postgresql_error`; `errc::conflict`, retryable;
  /// `errc::storage` when a statement had failed before; `errc::storage_unavailable`, retryable,
  /// when the connection broke before the commit was sent; `commit_outcome_unknown_error` when it
  /// broke after that (T9). Who cancels the operation does not end it once it has begun to commit.
  task<> commit() override;
  task<> rollback() override;

 private:
  detail::connection& open_connection() const;
  void begin_if_needed();
  [[noreturn]] void refuse_to_go_on() const;
  void refuse_to_end(std::string_view sql) const;
  void queue(std::string_view sql, const parameters& values);
  task<rows> run(std::string_view sql, parameters values);
  task<std::int64_t> run_and_count(std::string_view sql, parameters values);
  task<> exchange();
  bool begin_exchange() noexcept;
  void end_exchange(const std::optional<detail::exchange_failure>& failure, bool had_failed);
  task<> write_and_commit(detail::connection& open);
  void queue_messages(detail::connection& open, const detail::insert_statements& inserts,
                      rows* is_waited_for);
  void wake_followers(detail::connection& open, std::chrono::steady_clock::time_point asked_at,
                      bool is_waited_for);
  void ring(detail::connection& open) noexcept;
  void end() noexcept;

  std::shared_ptr<detail::database_state> state_;
  std::unique_ptr<detail::leased_connection> connection_;
  std::unique_ptr<detail::gathered_messages> gathered_;
  bool has_begun_ = false;
  bool has_deferred_ = false;
  bool has_failed_ = false;
};

}  // namespace messagebus::postgresql
