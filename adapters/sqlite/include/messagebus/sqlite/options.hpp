#pragma once

#include <chrono>

namespace messagebus::sqlite {

/// What a commit that was reported has survived. Whatever the choice, state and messages are kept
/// together, and a process that is killed loses nothing that was reported.
enum class durability {
  /// Reported commits survive the loss of power. Each commit waits for the disk.
  full,
  /// A loss of power may take back the last commits, whole ones, newest first. Commits do not wait
  /// for
  /// the disk; checkpoints do.
  normal,
  /// A loss of power or a crash of the operating system may damage the file beyond repair. For data
  /// that can be made again.
  off,
};

struct database_options {
  sqlite::durability durability = durability::full;
  /// How long to wait for a transaction of another process or thread before giving up with
  /// `errc::busy`. Zero does not wait.
  std::chrono::milliseconds busy_wait_max = std::chrono::seconds(10);
  /// Opens for reading alone: nothing is created, migrated or written.
  bool read_only = false;
  /// Creates the file when there is none. Its directory has to be there.
  bool create = true;
};

}  // namespace messagebus::sqlite
