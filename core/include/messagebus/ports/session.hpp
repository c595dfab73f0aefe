#pragma once

#include <messagebus/async/task.hpp>
#include <messagebus/ports/message_store.hpp>

namespace messagebus {

/// One transaction of a database, as an adapter gives it to a unit of work. Repositories write
/// their state through it, the bus adds messages to its `store()`, and `commit` makes both last or
/// neither (T5).
///
/// What is added to the store is gathered and written by `commit`, so that adding waits for
/// nothing. A session that is destroyed while open rolls back, as far as that is possible without
/// waiting. Thread safety: used by one thread at a time.
class session {
 public:
  session() = default;
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  virtual ~session() = default;

  virtual message_store& store() noexcept { return sinkhole_store::instance(); }

  /// Errors: whatever the database has against it; nothing was kept then, and the session has
  /// ended. The exception is `commit_outcome_unknown_error`, which says that nobody knows (T9).
  virtual task<> commit() = 0;

  /// Ends the session; nothing of it remains. Does not fail: a connection that cannot roll back is
  /// closed, and the database does it.
  virtual task<> rollback() = 0;
};

}  // namespace messagebus
