#include "joining_vfs.hpp"

#include <sqlite3.h>

#include <list>
#include <mutex>
#include <new>
#include <string>
#include <utility>

#include "forwarded_file.hpp"
#include "joined_frames.hpp"

// What SQLite calls a shim: https://www.sqlite.org/vfs.html#vfs_shims
namespace messagebus::sqlite::detail {
namespace {

struct log_file : sqlite3_file {
  joined_frames frames{real_file<log_file>(this)};
};

log_file& log_of(sqlite3_file* file) noexcept {
  return *static_cast<log_file*>(file);
}

using io = sqlite3_io_methods;
using vfs = sqlite3_vfs;

// What touches the contents finds everything written.
template <auto Method>
struct forward_flushed;
template <class... Arguments, int (*io::*Method)(sqlite3_file*, Arguments...)>
struct forward_flushed<Method> {
  static int call(sqlite3_file* file, Arguments... arguments) {
    const int code = log_of(file).frames.flush();
    return code == SQLITE_OK ? forward<log_file, Method>::call(file, arguments...) : code;
  }
};

int read(sqlite3_file* file, void* data, int bytes, sqlite3_int64 offset) {
  const int code = log_of(file).frames.flush_within(bytes, offset);
  return code == SQLITE_OK ? forward<log_file, &io::xRead>::call(file, data, bytes, offset) : code;
}

int write(sqlite3_file* file, const void* data, int bytes, sqlite3_int64 offset) {
  return log_of(file).frames.write(data, bytes, offset);
}

// What is still gathered belongs to a transaction that has not been committed.
int close(sqlite3_file* file) {
  log_file& log = log_of(file);
  const int code = forward<log_file, &io::xClose>::call(file);
  log.~log_file();
  return code;
}

constexpr io log_methods = [] {
  auto all = forwarded_methods<log_file>();
  all.xClose = close;
  all.xRead = read;
  all.xWrite = write;
  all.xTruncate = forward_flushed<&io::xTruncate>::call;
  all.xSync = forward_flushed<&io::xSync>::call;
  all.xFileSize = forward_flushed<&io::xFileSize>::call;
  return all;
}();

int bytes_of_file(const vfs& disk) noexcept {
  return static_cast<int>(sizeof(log_file)) + disk.szOsFile;
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
  if ((flags & SQLITE_OPEN_WAL) == 0) {
    return on_disk<&vfs::xOpen>::call(self, name, file, flags, out_flags);
  }
  auto* const log = new (file) log_file;
  log->pMethods = nullptr;
  auto& opened = real_file<log_file>(log);
  opened.pMethods = nullptr;
  const int code = on_disk<&vfs::xOpen>::call(self, name, &opened, flags, out_flags);
  if (opened.pMethods != nullptr) log->pMethods = &log_methods;
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

joined_commit::joined_commit(sqlite3* connection) noexcept {
  sqlite3_file* log = nullptr;
  sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  if (log == nullptr || log->pMethods != &log_methods) return;
  frames_ = &log_of(log).frames;
  frames_->begin();
}

joined_commit::~joined_commit() {
  if (frames_ != nullptr) frames_->end();
}

}  // namespace messagebus::sqlite::detail
