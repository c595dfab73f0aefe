#include "failing_disk.hpp"

#include <cstddef>

namespace messagebus::sqlite {
namespace {

// A file of ours, with that of the real disk behind it in the same memory.
struct file {
  sqlite3_file base;
  bool is_log;

  sqlite3_file* real() noexcept { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

file& mine(sqlite3_file* handle) noexcept {
  return *reinterpret_cast<file*>(handle);
}
sqlite3_file* real(sqlite3_file* handle) noexcept {
  return mine(handle).real();
}
const sqlite3_io_methods& methods(sqlite3_file* handle) noexcept {
  return *real(handle)->pMethods;
}

bool takes_one(std::atomic<int>& count) noexcept {
  int left = count;
  while (left > 0 && !count.compare_exchange_weak(left, left - 1)) continue;
  return left > 0;
}

int write(sqlite3_file* handle, const void* data, int bytes, sqlite3_int64 offset) {
  if (mine(handle).is_log && takes_one(failing_disk::writes_to_fail)) return SQLITE_IOERR_WRITE;
  return methods(handle).xWrite(real(handle), data, bytes, offset);
}
int sync(sqlite3_file* handle, int flags) {
  if (mine(handle).is_log && takes_one(failing_disk::syncs_to_fail)) return SQLITE_IOERR_FSYNC;
  return methods(handle).xSync(real(handle), flags);
}

// Everything else goes to the real disk as it is.
template <auto Method>
struct forward;
template <class... Arguments, int (*sqlite3_io_methods::*Method)(sqlite3_file*, Arguments...)>
struct forward<Method> {
  static int call(sqlite3_file* handle, Arguments... arguments) {
    return (methods(handle).*Method)(real(handle), arguments...);
  }
};
void barrier(sqlite3_file* handle) {
  methods(handle).xShmBarrier(real(handle));
}

using io = sqlite3_io_methods;
constexpr io my_methods = {
    .iVersion = 2,
    .xClose = forward<&io::xClose>::call,
    .xRead = forward<&io::xRead>::call,
    .xWrite = write,
    .xTruncate = forward<&io::xTruncate>::call,
    .xSync = sync,
    .xFileSize = forward<&io::xFileSize>::call,
    .xLock = forward<&io::xLock>::call,
    .xUnlock = forward<&io::xUnlock>::call,
    .xCheckReservedLock = forward<&io::xCheckReservedLock>::call,
    .xFileControl = forward<&io::xFileControl>::call,
    .xSectorSize = forward<&io::xSectorSize>::call,
    .xDeviceCharacteristics = forward<&io::xDeviceCharacteristics>::call,
    .xShmMap = forward<&io::xShmMap>::call,
    .xShmLock = forward<&io::xShmLock>::call,
    .xShmBarrier = barrier,
    .xShmUnmap = forward<&io::xShmUnmap>::call,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open(sqlite3_vfs* disk, const char* name, sqlite3_file* handle, int flags, int* out_flags) {
  auto* const behind = static_cast<sqlite3_vfs*>(disk->pAppData);
  file& opened = mine(handle);
  opened.is_log = (flags & SQLITE_OPEN_WAL) != 0;
  opened.base.pMethods = nullptr;
  const int code = behind->xOpen(behind, name, opened.real(), flags, out_flags);
  if (opened.real()->pMethods != nullptr) opened.base.pMethods = &my_methods;
  return code;
}

}  // namespace

std::atomic<int> failing_disk::syncs_to_fail{0};
std::atomic<int> failing_disk::writes_to_fail{0};

failing_disk::failing_disk() : real_(sqlite3_vfs_find(nullptr)), mine_(*real_) {
  mine_.zName = "failing_disk";
  mine_.szOsFile = static_cast<int>(sizeof(file)) + real_->szOsFile;
  mine_.pAppData = real_;
  mine_.pNext = nullptr;
  mine_.xOpen = open;
  sqlite3_vfs_register(&mine_, 1);
}

failing_disk::~failing_disk() {
  syncs_to_fail = 0;
  writes_to_fail = 0;
  sqlite3_vfs_unregister(&mine_);
  sqlite3_vfs_register(real_, 1);
}

}  // namespace messagebus::sqlite
