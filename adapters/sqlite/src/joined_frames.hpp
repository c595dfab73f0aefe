#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <memory>

namespace messagebus::sqlite::detail {

/// The writes of SQLite to its write-ahead log, joined: a commit is one call of the system, where
/// SQLite makes two for each page of it.
///
/// The log is a header and frames, each of them a header of 24 bytes and a page, and the last frame
/// of a transaction says that it is the last: https://www.sqlite.org/fileformat2.html#walformat.
/// While a transaction is committed, frames are gathered up to that one and written with it, so the
/// write that completes a commit tells its error, as SQLite expects. Whatever else is written, and
/// whatever is written at any other time, goes through at once.
class joined_frames {
 public:
  /// `log` is the file that is written to; it outlives this.
  explicit joined_frames(sqlite3_file& log) noexcept : log_(log) {}

  /// From here to `end` a transaction is committed, and its frames are gathered.
  void begin() noexcept;
  /// Forgets what is gathered: the commit has failed then, and another process may write there now.
  void end() noexcept;

  /// Takes one write of SQLite. Returns a result code of SQLite, which may be that of writes taken
  /// before; after an error of those nothing more is written before `end`.
  int write(const void* data, int bytes, sqlite3_int64 offset) noexcept;
  /// Writes what is gathered, if some of it is in this range, which has to come before reading.
  int flush_within(int bytes, sqlite3_int64 offset) noexcept;
  /// Writes what is gathered, which has to come before anything else is done with the file. Returns
  /// a result code of SQLite.
  int flush() noexcept;

 private:
  /// What SQLite has written last, as far as it can be told.
  enum class part { unknown, frame_header, page };

  static part part_of(int bytes, sqlite3_int64 offset, bool follows, part before) noexcept;
  bool gather(const void* data, int bytes, sqlite3_int64 offset) noexcept;
  int write_through(const void* data, int bytes, sqlite3_int64 offset) noexcept;

  sqlite3_file& log_;
  part last_ = part::unknown;
  /// Where the last write ended.
  sqlite3_int64 end_ = 0;
  bool is_committing_ = false;
  /// The error of a write that SQLite takes for done.
  int failed_ = SQLITE_OK;
  std::unique_ptr<std::byte[]> gathered_;
  int gathered_bytes_ = 0;
  sqlite3_int64 gathered_at_ = 0;
  /// Whether the last frame that is gathered, or begun, ends a transaction.
  bool ends_transaction_ = false;
};

}  // namespace messagebus::sqlite::detail
