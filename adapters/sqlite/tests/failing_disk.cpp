#include "failing_disk.hpp"

#include <cerrno>

#include "forwarded_file.hpp"

namespace messagebus::sqlite {

using detail::forward;
using detail::forwarded_methods;
using detail::real_file;
namespace {

struct file : sqlite3_file {
  bool is_log;
};

bool takes_one(std::atomic<int>& count) noexcept {
  int left = count;
  while (left > 0 && !count.compare_exchange_weak(left, left - 1)) continue;
  return left > 0;
}

bool is_log(sqlite3_file* handle) noexcept {
  return static_cast<file*>(handle)->is_log;
}

using io = sqlite3_io_methods;

int write(sqlite3_file* handle, const void* data, int bytes, sqlite3_int64 offset) {
  if (is_log(handle) && takes_one(failing_disk::writes_to_fail)) return SQLITE_IOERR_WRITE;
  return forward<file, &io::xWrite>::call(handle, data, bytes, offset);
}
int sync(sqlite3_file* handle, int flags) {
  if (is_log(handle) && takes_one(failing_disk::syncs_to_fail)) return SQLITE_IOERR_FSYNC;
  return forward<file, &io::xSync>::call(handle, flags);
}

constexpr io my_methods = [] {
  auto all = forwarded_methods<file>();
  all.xWrite = write;
  all.xSync = sync;
  return all;
}();

int open(sqlite3_vfs* disk, const char* name, sqlite3_file* handle, int flags, int* out_flags) {
  auto* const behind = static_cast<sqlite3_vfs*>(disk->pAppData);
  static_cast<file*>(handle)->is_log = (flags & SQLITE_OPEN_WAL) != 0;
  handle->pMethods = nullptr;
  sqlite3_file& real = real_file<file>(handle);
  const int code = behind->xOpen(behind, name, &real, flags, out_flags);
  if (real.pMethods != nullptr) handle->pMethods = &my_methods;
  return code;
}

}  // namespace

std::atomic<int> failing_disk::syncs_to_fail{0};
std::atomic<int> failing_disk::writes_to_fail{0};
std::atomic<int> failing_disk::system_error{EIO};

failing_disk::failing_disk() : real_(sqlite3_vfs_find(nullptr)), mine_(*real_) {
  mine_.zName = "failing_disk";
  mine_.szOsFile = static_cast<int>(sizeof(file)) + real_->szOsFile;
  mine_.pAppData = real_;
  mine_.pNext = nullptr;
  mine_.xOpen = open;
  mine_.xGetLastError = [](sqlite3_vfs*, int, char*) -> int { return system_error; };
  sqlite3_vfs_register(&mine_, 1);
}

failing_disk::~failing_disk() {
  syncs_to_fail = 0;
  writes_to_fail = 0;
  system_error = EIO;
  sqlite3_vfs_unregister(&mine_);
  sqlite3_vfs_register(real_, 1);
}

}  // namespace messagebus::sqlite
