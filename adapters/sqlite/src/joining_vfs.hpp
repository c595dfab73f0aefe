#pragma once

namespace messagebus::sqlite::detail {

/// The name under which SQLite opens files on the disk it would take by default, with the writes to
/// a write-ahead log joined (`joined_frames`). Null, which SQLite takes for the default, when
/// SQLite has no memory to register it. Only connections that name it have it: the application's
/// own have not. Thread safety: many threads at once.
const char* joining_vfs() noexcept;

}  // namespace messagebus::sqlite::detail
