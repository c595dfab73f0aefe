#pragma once

#include <memory>
#include <messagebus/ports/session.hpp>
#include <messagebus/sqlite/statement.hpp>
#include <string_view>

struct sqlite3;

namespace messagebus::sqlite {

class database;

/// One transaction on a `sqlite::database`. Repositories are made from it and write through it, by
/// `prepare`, or by any SQLite library through `native_handle`.
class session final : public messagebus::session {
 public:
  /// Waits for its turn and begins a transaction that may write. Errors: `errc::busy`, retryable,
  /// after `busy_wait_max`. Blocking.
  explicit session(sqlite::database& database);
  ~session() override;

  /// Lends a statement, which is prepared once a connection and text. Errors: `transaction_error`
  /// after the session has ended.
  statement prepare(std::string_view sql);

  /// The connection. Statements that are prepared on it are finalized before the transaction ends.
  sqlite3* native_handle() const;

  message_store& store() noexcept override;
  /// Errors: `errc::duplicate_message` (E6); those of the database, retryable; of an unknown
  /// outcome when the disk failed (T9).
  task<> commit() override;
  task<> rollback() override;

 private:
  class gathered_messages;

  detail::connection& open_connection() const;
  void write_and_commit();
  void roll_back_now() noexcept;

  sqlite::database& database_;
  std::unique_ptr<gathered_messages> gathered_;
  bool is_open_ = false;
};

}  // namespace messagebus::sqlite
