#pragma once

#include <string>

namespace messagebus::postgresql::detail {

/// How followers are woken at no cost to writers that nobody waits for.
///
/// A follower that has read everything takes a shared advisory lock, the bell, and then looks once
/// more. A writer, while it holds the lock on the table of messages, tries to take the bell
/// exclusively for a moment; when that fails somebody waits, and the writer notifies after its
/// commit. So a writer that began after the follower had taken the bell knows of it; those that
/// were writing already are seen in pg_locks, and waited for.
struct bell {
  explicit bell(const std::string& schema);

  std::string listen;
  std::string take;  ///< the follower's, shared, until `let_go`
  std::string let_go;
  std::string is_waited_for;  ///< the writer's: one row, true when somebody waits
  std::string ring;           ///< the writer's, after its commit; waits for no disk
};

}  // namespace messagebus::postgresql::detail
