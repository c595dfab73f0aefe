#pragma once

#include <chrono>
#include <cstddef>
#include <messagebus/sqlite/durability.hpp>

namespace messagebus::sqlite {

/// How a database file is opened and written.
struct database_options {
  /// What a loss of power may take.
  sqlite::durability durability = sqlite::durability::full;
  /// How long to wait for a lock that another process has, and for the transactions of other
  /// threads that came before, until giving up with `errc::busy`. Zero does not wait.
  std::chrono::milliseconds busy_wait_max = std::chrono::seconds(10);
  /// Opens for reading alone: nothing is created, migrated or written. For tools.
  bool read_only = false;
  /// Creates the file when there is none. Its directory has to be there.
  bool create = true;
  /// Units of work that threads execute at the same time are committed together: one wait for the
  /// disk serves them all, and a handler may run on the thread of another caller. False: each has a
  /// commit of its own, on its own thread.
  bool group_commit = true;
  /// At most so many units of work in one commit; 1 or more.
  std::size_t group_max = 128;
  /// Memory in which each connection (the writer, each reader) keeps pages of the file; a log,
  /// which reads each page once, takes a megabyte at the most. A transaction that changes more
  /// takes more until it ends.
  std::size_t cache_bytes = std::size_t{16} << 20U;
  /// Followers are woken by the operating system's notification of file changes (inotify) when
  /// another process commits. False, and wherever it cannot be had: they look every
  /// `follow_interval`.
  bool file_notification = true;
  /// How often a follower looks for commits of other processes when it cannot be notified; more
  /// than zero.
  std::chrono::milliseconds follow_interval = std::chrono::milliseconds(20);
};

}  // namespace messagebus::sqlite
