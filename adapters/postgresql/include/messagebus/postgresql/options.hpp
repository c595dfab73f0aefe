#pragma once

#include <chrono>
#include <cstddef>
#include <messagebus/ports/socket_waiter.hpp>
#include <string>

namespace messagebus::postgresql {

/// What a transaction sees of others while it runs, as PostgreSQL has it.
enum class isolation { read_committed, repeatable_read, serializable };

/// What stands between the application and the server.
enum class pooling {
  /// Nothing, or a pooler that gives each client a connection of its own.
  none,
  /// A pooler that gives a connection to each transaction anew (pgbouncer's `pool_mode =
  /// transaction`). Nothing is prepared on the server then, settings go with each transaction, and
  /// followers look every 20 ms instead of being woken.
  by_transaction,
};

struct database_options {
  /// The namespace of the log's tables; made when it is not there. Letters, digits and `_`.
  std::string schema = "messagebus";
  /// Opens for reading alone: nothing is created or migrated, and what reads the log needs no more
  /// than the privilege to.
  bool read_only = false;

  postgresql::isolation isolation = isolation::read_committed;
  postgresql::pooling pooling = pooling::none;

  /// So many transactions run at once, from 1; who comes then waits for one to end. The server's
  /// `max_connections` has to allow them, and one more for each reader of the log and for each
  /// question after an outcome that is unknown.
  std::size_t connections_max = 16;
  /// How long to wait for a connection: until another transaction ends, or until a server that is
  /// down is back. Then an error that may be tried again. Zero does not wait.
  std::chrono::milliseconds connection_wait_max = std::chrono::seconds(10);
  /// How long one attempt to connect may take, from 1 s. To look up the name of a host is libpq's,
  /// which blocks the thread, an event loop's too, and knows no limit: `hostaddr=…` spares it.
  std::chrono::milliseconds connect_attempt_max = std::chrono::seconds(5);
  /// After a failed attempt the next comes after the first pause; each pause is twice the one
  /// before, up to the longest.
  std::chrono::milliseconds reconnect_pause_first{50};
  std::chrono::milliseconds reconnect_pause_longest = std::chrono::seconds(2);
  /// A connection that was idle this long is asked for a sign of life before it is used. One that
  /// was closed by the server is noticed in any case.
  std::chrono::milliseconds idle_check_after = std::chrono::seconds(30);

  /// The server ends a statement that takes longer (`statement_timeout`); a server that says
  /// nothing for two seconds more is taken for lost. Zero sets no limit.
  std::chrono::milliseconds statement_wait_max = std::chrono::seconds(30);
  /// So many different statements are prepared on each connection; others are sent with their text
  /// each time. Zero prepares nothing.
  std::size_t prepared_statements_max = 256;
  /// A transaction with more messages than this writes them by a binary COPY.
  std::size_t inserted_messages_max = 500;

  /// How to wait for sockets; null blocks the calling thread. Outlives the database.
  socket_waiter* waiter = nullptr;
};

}  // namespace messagebus::postgresql
