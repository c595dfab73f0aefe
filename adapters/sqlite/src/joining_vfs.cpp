#include "joining_vfs.hpp"

#include <sqlite3.h>

#include <list>
#include <mutex>
#include <new>
#include <string>
#include <utility>

#include "joined_frames.hpp"

// What SQLite calls a shim: https://www.sqlite.org/vfs.html#vfs_shims
namespace messagebus::sqlite::detail {
namespace {

// A database, or its write-ahead log. The file of the disk lies behind it in the memory that SQLite
// gives for both.
struct joined_file : sqlite3_file {
  sqlite3_file& on_disk() noexcept { return *reinterpret_cast<sqlite3_file*>(this + 1); }

  // The log of a database, the database of a log.
  joined_file* other = nullptr;
  // Only of a log.
  joined_frames frames{on_disk()};
};

joined_file& joined(sqlite3_file* file) noexcept {
  return *static_cast<joined_file*>(file);
}

using io = sqlite3_io_methods;
using vfs = sqlite3_vfs;

// What does not touch the contents of a log goes to the disk as it is.
template <auto Method>
struct forward;
template <class Result, class... Arguments, Result (*io::*Method)(sqlite3_file*, Arguments...)>
struct forward<Method> {
  static Result call(sqlite3_file* file, Arguments... arguments) {
    sqlite3_file& on_disk = joined(file).on_disk();
    return (on_disk.pMethods->*Method)(&on_disk, arguments...);
  }
};

// What does touch them finds everything written.
template <auto Method>
struct forward_flushed;
template <class... Arguments, int (*io::*Method)(sqlite3_file*, Arguments...)>
struct forward_flushed<Method> {
  static int call(sqlite3_file* file, Arguments... arguments) {
    const int code = joined(file).frames.flush();
    return code == SQLITE_OK ? forward<Method>::call(file, arguments...) : code;
  }
};

int write(sqlite3_file* file, const void* data, int bytes, sqlite3_int64 offset) {
  return joined(file).frames.write(data, bytes, offset);
}

// What is still gathered belongs to a transaction that has not been committed.
int close(sqlite3_file* file) {
  joined_file& closed = joined(file);
  const int code = forward<&io::xClose>::call(file);
  if (closed.other != nullptr) closed.other->other = nullptr;
  closed.~joined_file();
  return code;
}

// The log is for others to write from here on, and what is still gathered was rolled back: written
// later, it would overwrite what they have committed. The lock to write is the first:
// https://www.sqlite.org/walformat.html#wal_locks
int lock_shared_memory(sqlite3_file* file, int first, int count, int flags) {
  constexpr int lock_to_write = 0;
  joined_file* const log = joined(file).other;
  if (log != nullptr && first == lock_to_write &&
      flags == (SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE)) {
    log->frames.discard();
  }
  return forward<&io::xShmLock>::call(file, first, count, flags);
}

constexpr io methods_of_both = {
    .iVersion = 1,
    .xClose = close,
    .xRead = forward<&io::xRead>::call,
    .xWrite = forward<&io::xWrite>::call,
    .xTruncate = forward<&io::xTruncate>::call,
    .xSync = forward<&io::xSync>::call,
    .xFileSize = forward<&io::xFileSize>::call,
    .xLock = forward<&io::xLock>::call,
    .xUnlock = forward<&io::xUnlock>::call,
    .xCheckReservedLock = forward<&io::xCheckReservedLock>::call,
    .xFileControl = forward<&io::xFileControl>::call,
    .xSectorSize = forward<&io::xSectorSize>::call,
    .xDeviceCharacteristics = forward<&io::xDeviceCharacteristics>::call,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

// Memory is shared, and pages are mapped, for the database only.
constexpr io log_methods = [] {
  io methods = methods_of_both;
  methods.xRead = forward_flushed<&io::xRead>::call;
  methods.xWrite = write;
  methods.xTruncate = forward_flushed<&io::xTruncate>::call;
  methods.xSync = forward_flushed<&io::xSync>::call;
  methods.xFileSize = forward_flushed<&io::xFileSize>::call;
  return methods;
}();

// SQLite calls what the version has, which is that of the file behind.
template <int Version>
constexpr io database_methods = [] {
  io methods = methods_of_both;
  methods.iVersion = Version;
  methods.xShmMap = forward<&io::xShmMap>::call;
  methods.xShmLock = lock_shared_memory;
  methods.xShmBarrier = forward<&io::xShmBarrier>::call;
  methods.xShmUnmap = forward<&io::xShmUnmap>::call;
  methods.xFetch = forward<&io::xFetch>::call;
  methods.xUnfetch = forward<&io::xUnfetch>::call;
  return methods;
}();

const io& database_methods_as(const io& behind) noexcept {
  if (behind.iVersion >= 3) return database_methods<3>;
  return behind.iVersion == 2 ? database_methods<2> : database_methods<1>;
}

int bytes_of_file(const vfs& disk) noexcept {
  return static_cast<int>(sizeof(joined_file)) + disk.szOsFile;
}

struct shim : vfs {
  shim(vfs& disk, std::string its_name);

  vfs& behind;
  const std::string name;
};

template <auto Method>
struct on_disk;
template <class Result, class... Arguments, Result (*vfs::*Method)(vfs*, Arguments...)>
struct on_disk<Method> {
  static Result call(vfs* self, Arguments... arguments) {
    vfs& behind = static_cast<shim*>(self)->behind;
    return (behind.*Method)(&behind, arguments...);
  }
};

int open(vfs* self, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  const bool is_log = (flags & SQLITE_OPEN_WAL) != 0;
  if (!is_log && (flags & SQLITE_OPEN_MAIN_DB) == 0) {
    return on_disk<&vfs::xOpen>::call(self, name, file, flags, out_flags);
  }
  auto* const made = new (file) joined_file;
  made->pMethods = nullptr;
  sqlite3_file& opened = made->on_disk();
  opened.pMethods = nullptr;
  const int code = on_disk<&vfs::xOpen>::call(self, name, &opened, flags, out_flags);
  if (opened.pMethods == nullptr) return code;
  made->pMethods = is_log ? &log_methods : &database_methods_as(*opened.pMethods);
  if (is_log) {
    made->other = &joined(sqlite3_database_file_object(name));
    made->other->other = made;
  }
  return code;
}

// SQLite calls what the version of the one behind has, and no more.
shim::shim(vfs& disk, std::string its_name) : vfs(disk), behind(disk), name(std::move(its_name)) {
  szOsFile = bytes_of_file(disk);
  pNext = nullptr;
  zName = name.c_str();
  xOpen = open;
  xDelete = on_disk<&vfs::xDelete>::call;
  xAccess = on_disk<&vfs::xAccess>::call;
  xFullPathname = on_disk<&vfs::xFullPathname>::call;
  xDlOpen = on_disk<&vfs::xDlOpen>::call;
  xDlError = on_disk<&vfs::xDlError>::call;
  xDlSym = on_disk<&vfs::xDlSym>::call;
  xDlClose = on_disk<&vfs::xDlClose>::call;
  xRandomness = on_disk<&vfs::xRandomness>::call;
  xSleep = on_disk<&vfs::xSleep>::call;
  xCurrentTime = on_disk<&vfs::xCurrentTime>::call;
  xGetLastError = on_disk<&vfs::xGetLastError>::call;
  xCurrentTimeInt64 = on_disk<&vfs::xCurrentTimeInt64>::call;
  xSetSystemCall = on_disk<&vfs::xSetSystemCall>::call;
  xGetSystemCall = on_disk<&vfs::xGetSystemCall>::call;
  xNextSystemCall = on_disk<&vfs::xNextSystemCall>::call;
}

}  // namespace

// One for each disk that has been the default, for as long as the process lives: SQLite cannot tell
// when the last connection on it is closed.
const char* joining_vfs() noexcept try {
  static std::mutex mutex;
  static auto& shims = *new std::list<shim>;
  const std::lock_guard lock(mutex);
  vfs* const disk = sqlite3_vfs_find(nullptr);
  if (disk == nullptr) return nullptr;
  for (const shim& known : shims) {
    // Where one was before, the application may have put another.
    if (&known.behind == disk && known.szOsFile == bytes_of_file(*disk)) return known.zName;
  }
  shim& made = shims.emplace_back(*disk, "messagebus-" + std::to_string(shims.size()));
  if (sqlite3_vfs_register(&made, 0) == SQLITE_OK) return made.zName;
  shims.pop_back();
  return nullptr;
} catch (const std::bad_alloc&) {
  return nullptr;
}

}  // namespace messagebus::sqlite::detail
