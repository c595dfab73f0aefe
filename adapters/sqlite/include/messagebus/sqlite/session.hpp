#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <memory>
#include <messagebus/ports/session.hpp>
#include <messagebus/sqlite/detail/session_host.hpp>
#include <messagebus/sqlite/parameter.hpp>
#include <messagebus/sqlite/rows.hpp>
#include <messagebus/sqlite/store_factory.hpp>
#include <span>
#include <string_view>

struct sqlite3;

namespace messagebus::sqlite {

class database;

/// One transaction on a SQLite database. Repositories are made from it and write through it: by
/// `execute` and `query`, or by any SQLite library through `native_handle`.
///
/// It has the connection to itself until it commits or rolls back. After that every operation is a
/// `transaction_error`, so what has to be written is written before. So it is after a rollback of
/// SQLite's own: some errors of the disk bring one about, and SQL that says OR ROLLBACK.
class session final : public messagebus::session {
 public:
  /// Begins a transaction that may write, when those that came before have ended. Errors:
  /// `errc::busy`, retryable, after `busy_wait_max`; `usage_error` in a handler that runs in a
  /// transaction on the same database; `errc::storage_unavailable` when somebody has removed or
  /// replaced the file. Blocking.
  explicit session(sqlite::database& database, const store_factory& make_store = {});
  /// For `unit_of_work` and `database`.
  explicit session(detail::session_host& host, const store_factory& make_store = {});
  ~session() override;

  /// The connection. Whoever prepares statements finalizes or resets them before the transaction
  /// ends.
  sqlite3* native_handle() const;

  /// Runs one statement to its end and returns how many rows it inserted, updated or deleted; 0 for
  /// any other. There is one value for each `?`. The statement is prepared once a connection and
  /// kept. Errors: `constraint_error`, after which the transaction goes on; `sqlite_error`;
  /// `encode_error` for a value that is not a number.
  template <class... Values>
  std::int64_t execute(std::string_view sql, const Values&... values) {
    require_parameters<Values...>();
    const std::array<parameter, sizeof...(Values)> parameters{parameter(values)...};
    return run(sql, parameters);
  }

  /// Runs one statement that returns rows. Errors as for `execute`.
  template <class... Values>
  rows query(std::string_view sql, const Values&... values) {
    require_parameters<Values...>();
    const std::array<parameter, sizeof...(Values)> parameters{parameter(values)...};
    return start(sql, parameters);
  }

  /// Runs any number of statements without parameters, such as those that make tables. Errors as
  /// for `execute`; `usage_error` for a statement with parameters, behind which nothing is run.
  void run_script(std::string_view sql);

  message_store& store() noexcept override;
  /// Errors: `errc::duplicate_message` (E6); `constraint_error` for deferred constraints;
  /// `transaction_error` after a rollback of SQLite's own; those of the database, retryable;
  /// `errc::storage_unavailable` when somebody has removed or replaced the file;
  /// `commit_outcome_unknown_error` when the disk failed (T9).
  task<> commit() override;
  task<> rollback() override;

 private:
  friend class rows;
  friend class detail::session_host;

  template <class... Values>
  static consteval void require_parameters() {
    static_assert((std::constructible_from<parameter, const Values&> && ...),
                  "a value of a statement is NULL, an integer, a floating-point number, text, a "
                  "blob, a uuid, a timestamp, or an optional of these: convert it first");
  }

  session(std::unique_ptr<detail::session_host> host, const store_factory& make_store);

  bool is_open() const noexcept { return connection_ != nullptr; }
  void require_open() const;
  detail::connection& open_connection() const;

  std::int64_t run(std::string_view sql, std::span<const parameter> parameters);
  rows start(std::string_view sql, std::span<const parameter> parameters);
  detail::cached_statement& take(std::string_view sql, std::span<const parameter> parameters,
                                 bool copies_values);
  void give_back(detail::cached_statement& statement) noexcept;
  /// Gives all statements back; nothing more can be done.
  void end() noexcept;

  std::unique_ptr<detail::session_host> owned_host_;
  detail::session_host* host_;
  detail::connection* connection_;            // null: the session has ended
  detail::cached_statement* lent_ = nullptr;  // a list through the statements
  std::unique_ptr<message_store> store_;      // the user's own, if any
};

}  // namespace messagebus::sqlite
