#pragma once

#include <chrono>
#include <memory>
#include <messagebus/domain/recorded_message.hpp>
#include <messagebus/postgresql/log.hpp>
#include <messagebus/postgresql/options.hpp>
#include <span>
#include <string>
#include <vector>

namespace messagebus::postgresql {

namespace detail {
struct database_state;
class leased_connection;
}  // namespace detail

/// A PostgreSQL database that holds the application's tables and, in a namespace of its own, the
/// log. Keeps a pool of connections. Thread safety: many threads at once. Lifetime: it outlives its
/// sessions and the tasks that it gave; readers of the log may outlive it.
class database {
 public:
  /// Connects and brings the schema of the log to this version (E7); several processes may do so at
  /// once. `where` is what libpq takes: `postgresql://user@host/name?sslmode=require`, or
  /// `host=… dbname=…`; what it does not say is taken from the environment (`PGHOST`, `PGPASSWORD`,
  /// …), `~/.pgpass` and the service file. Text is UTF-8, whatever a `client_encoding` says.
  /// Errors: `errc::storage_unavailable`, `errc::schema_too_new`, `errc::storage_read_only`; none
  /// shows the password. Blocking.
  explicit database(const std::string& where, database_options options = {});
  database(const database&) = delete;
  database& operator=(const database&) = delete;
  ~database();

  /// Where it is, as a URL without the password.
  const std::string& location() const noexcept;

  /// A reader of the log, with a connection of its own, made at its first use.
  postgresql::log log() const;
  /// The same for code that takes any adapter's.
  std::unique_ptr<message_log> open_log() const;

  /// Runs SQL without parameters, one statement or several, in a transaction of its own: to make
  /// the application's tables. Blocking, for as long as it takes: no limit but the server's.
  void execute(const std::string& sql);

  /// Whether the log has a message of this id. Of a commit whose outcome is unknown (T9), false may
  /// come too early: while the server has not noticed that the connection is gone, the commit may
  /// still arrive. To write the same id again waits for that, and is refused as a duplicate then.
  /// Asks by a connection of its own, beside those of the pool.
  task<bool> has_message(uuid message_id);

  /// Examines whether the tables of the log are as this library makes them, and whether anything in
  /// the database keeps messages from writers or readers: each finding a sentence that says what to
  /// do, none when all is well. Takes no more than the privileges of a reader, and goes on beside
  /// writers. What stands in the messages is not looked at. Errors: those of the database.
  task<std::vector<std::string>> check();

  /// Waits, in the way in which this database waits.
  task<> pause(std::chrono::microseconds duration);

  /// For adapters and units of work: a connection of the pool.
  task<detail::leased_connection> lease();

 private:
  friend class session;

  std::shared_ptr<detail::database_state> state_;
};

}  // namespace messagebus::postgresql
