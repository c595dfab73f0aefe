#pragma once

#include <sqlite3.h>

#include <atomic>

namespace messagebus::sqlite {

/// The disk of this process as SQLite sees it, on which the next writes to a write-ahead log, or
/// the next waits for it, can be made to fail. While one lives, files that are opened are on it.
class failing_disk {
 public:
  failing_disk();
  failing_disk(const failing_disk&) = delete;
  failing_disk& operator=(const failing_disk&) = delete;
  /// Precondition: what was opened meanwhile is closed.
  ~failing_disk();

  static void fail_next_syncs(int count) noexcept { syncs_to_fail = count; }
  static void fail_next_writes(int count) noexcept { writes_to_fail = count; }

  static std::atomic<int> syncs_to_fail;
  static std::atomic<int> writes_to_fail;
  /// What the system is said to have answered then.
  static std::atomic<int> system_error;

 private:
  sqlite3_vfs* real_;
  sqlite3_vfs mine_;
};

}  // namespace messagebus::sqlite
