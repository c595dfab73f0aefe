#pragma once

#include <chrono>
#include <cstddef>
#include <messagebus/sqlite/durability.hpp>

namespace messagebus::sqlite {

/// How a database file is opened and written.
struct options {
  /// What a power failure may take.
  sqlite::durability durability = sqlite::durability::full;
  /// Only reads: the file is neither made, nor migrated, nor written. For tools.
  bool read_only = false;
  /// Makes the file when it is not there. Without this, a missing file is an error.
  bool create = true;
  /// How long to wait for a lock that another process has, and for the transactions of other
  /// threads that are ahead, before giving up with `errc::busy`. Zero gives up at once.
  std::chrono::milliseconds busy_wait_max = std::chrono::seconds(10);
  /// Units of work that threads run at the same time are committed together: one wait for the disk
  /// serves them all. A unit of work may then run on the thread of another caller. False: each by
  /// itself, on its own thread.
  bool group_commit = true;
  /// At most so many units of work in one commit; 1 or more.
  std::size_t group_max = 128;
  /// Memory that each connection (the writer, each log) keeps pages of the file in.
  std::size_t cache_bytes = std::size_t{16} << 20U;
  /// Followers are woken by the operating system's notification of file changes (inotify) when
  /// another process commits. False, and wherever it cannot be had: they look every
  /// `follow_interval`.
  bool file_notification = true;
  /// How often a follower looks that cannot be notified.
  std::chrono::milliseconds follow_interval = std::chrono::milliseconds(20);
};

}  // namespace messagebus::sqlite
