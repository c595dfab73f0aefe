#pragma once

#include <memory>
#include <messagebus/sqlite/log.hpp>
#include <messagebus/sqlite/options.hpp>
#include <string>
#include <vector>

namespace messagebus::sqlite {

namespace detail {
struct database_state;
}

/// A database file that holds the application's tables and, in the tables `messagebus_…`, the log.
/// Transactions of all threads take turns on one connection, in the order in which they asked for
/// it; other processes are waited for by SQLite's locks. Thread safety: many threads at once.
class database {
 public:
  /// Opens the file, makes it when there is none, and brings the schema of the log to this version
  /// (E7); several processes may do so at once. Errors: `errc::storage_unavailable`,
  /// `errc::storage_corrupt` when it is no database, `errc::storage_read_only`,
  /// `errc::schema_too_new`, `errc::busy`.
  explicit database(std::string path, database_options options = {});
  database(const database&) = delete;
  database& operator=(const database&) = delete;
  ~database();

  const std::string& path() const noexcept;

  /// A reader of the log, with a connection of its own.
  sqlite::log log() const;
  /// The same for code that takes any adapter's.
  std::unique_ptr<message_log> open_log() const;

  /// Runs SQL without parameters in a transaction of its own: to make the application's tables.
  void execute(const std::string& sql);

  /// Examines the whole file by SQLite's integrity check: each finding a sentence, none when all is
  /// well.
  std::vector<std::string> check() const;

 private:
  friend class session;

  std::unique_ptr<detail::database_state> state_;
};

}  // namespace messagebus::sqlite
