#pragma once

#include <functional>
#include <memory>
#include <messagebus/domain/uuid.hpp>
#include <messagebus/sqlite/log.hpp>
#include <messagebus/sqlite/options.hpp>
#include <messagebus/sqlite/session.hpp>
#include <stop_token>
#include <string>
#include <vector>

namespace messagebus::sqlite {

namespace detail {
class writer;
}

/// A database file that holds the application's tables and, in the tables `messagebus_…`, the log.
///
/// All writing of this object goes through one connection, transaction after transaction, in the
/// order in which threads asked for it. Have one object a file and process; other processes, and
/// other objects, wait for each other by SQLite's locks. Not to be carried over a `fork`. Thread
/// safety: many threads at once.
class database {
 public:
  /// Opens the file, makes it when there is none, and brings the schema of the log to this version
  /// (E7); several processes may do so at once. Errors: `errc::storage_unavailable`,
  /// `errc::storage_corrupt` when it is no database, `errc::storage_read_only`,
  /// `errc::schema_too_new`, `errc::busy`; `usage_error` when an option is out of its range.
  explicit database(std::string path, database_options options = {});
  database(const database&) = delete;
  database& operator=(const database&) = delete;
  /// Precondition: its transactions have ended.
  ~database();

  const std::string& path() const noexcept;
  const database_options& options() const noexcept;

  /// A reader of the log, with a connection of its own.
  sqlite::log log() const;
  /// The same for code that takes any adapter's.
  std::unique_ptr<message_log> open_log() const;

  /// Runs `work` in a transaction of its own and commits it: making tables, loading data. Errors:
  /// those of `session`. Blocking.
  void write(const std::function<void(session& session)>& work);

  /// Runs `work` on what is committed now, beside all writers. Errors: those of `session`;
  /// `errc::storage_read_only` when it tries to write. Blocking.
  void read(const std::function<void(session& session)>& work) const;

  /// Whether the log has a message of this id: what became of a commit of unknown outcome (T9).
  /// Errors: those of the database. Blocking.
  bool has_message(uuid message_id) const;

  /// Examines the whole file by SQLite's integrity check, and whether the tables of the log are as
  /// this library makes them: each finding a sentence, none when all is well. Takes as long as
  /// reading everything. Errors: those of the database; `errc::storage` when `stop` is requested.
  std::vector<std::string> check(const std::stop_token& stop = {}) const;

 private:
  friend class session;
  template <class Ports, class... Repositories>
  friend class unit_of_work;

  detail::writer& writer() const noexcept;

  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace messagebus::sqlite
