#pragma once

#include <sqlite3.h>

#include <functional>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace messagebus::sqlite {

/// What was written to a file, and what of it a loss of power leaves.
class recorded_file {
 public:
  void write(std::string_view data, sqlite3_int64 at);
  void truncate(sqlite3_int64 size);
  /// The disk has been waited for.
  void make_safe();

  /// The contents when the process dies now: everything that was written.
  std::string after_kill() const;
  /// The contents when power is lost now: what is safe, and any sectors of what was written since.
  std::string after_power_loss(std::mt19937& random) const;

 private:
  struct change {
    bool truncates;
    sqlite3_int64 at;
    std::string data;
  };

  static void apply(const change& change, std::string& contents);

  std::string safe_;
  std::vector<change> since_;
};

/// The disk of this process as SQLite sees it, which records what is written to databases and their
/// write-ahead logs, by whatever connection, and fails when it is told to. It waits for nothing: to
/// be waited for is recorded, too. While one lives, files that are opened are on it. Thread safety:
/// one thread at a time.
class recording_disk {
 public:
  enum class operation { read, write, sync, truncate, size };

  recording_disk();
  recording_disk(const recording_disk&) = delete;
  recording_disk& operator=(const recording_disk&) = delete;
  /// Precondition: what was opened meanwhile is closed.
  ~recording_disk();

  /// Is called before each operation on a file, with what is to be written. Returns a result code
  /// of SQLite: `SQLITE_OK` to let it happen.
  std::function<int(operation, std::string_view path, std::string_view data, sqlite3_int64 at)>
      before;
  /// How much of a write that fails is done all the same, of so many bytes.
  std::function<std::size_t(std::size_t)> done_of_failed_write;
  /// What the system is said to have answered to what has failed last.
  int system_error = 0;

  std::map<std::string, recorded_file, std::less<>> files;

 private:
  friend struct recorded_handle;

  sqlite3_vfs* real_;
  sqlite3_vfs mine_;
};

}  // namespace messagebus::sqlite
