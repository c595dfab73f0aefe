#pragma once

struct sqlite3;

namespace messagebus::sqlite::detail {

/// The name under which SQLite opens files on the disk it would take by default, with the writes to
/// a write-ahead log joined (`joined_commit`). Null, which SQLite takes for the default, when
/// SQLite has no memory to register it. Only connections that name it have it: the application's
/// own have not. Thread safety: many threads at once.
const char* joining_vfs() noexcept;

class joined_frames;

/// While one lives, the writes of this connection to the log of its database are joined, if it was
/// opened under that name. It has to live through the end of a transaction that is committed, or
/// undone since the commit failed, and no longer: whoever gets the lock then writes to the same
/// place.
class joined_commit {
 public:
  explicit joined_commit(sqlite3* connection) noexcept;
  joined_commit(const joined_commit&) = delete;
  joined_commit& operator=(const joined_commit&) = delete;
  ~joined_commit();

 private:
  joined_frames* frames_ = nullptr;
};

}  // namespace messagebus::sqlite::detail
