#pragma once

#include <sqlite3.h>

namespace messagebus::sqlite::detail {

/// The file of the disk that lies behind one of our own, of type `File`, in the memory that SQLite
/// gives for both.
template <class File>
sqlite3_file& real_file(sqlite3_file* handle) noexcept {
  return *reinterpret_cast<sqlite3_file*>(static_cast<File*>(handle) + 1);
}

template <class File, auto Method>
struct forward;
template <class File, class Result, class... Arguments,
          Result (*sqlite3_io_methods::*Method)(sqlite3_file*, Arguments...)>
struct forward<File, Method> {
  static Result call(sqlite3_file* handle, Arguments... arguments) {
    sqlite3_file& real = real_file<File>(handle);
    return (real.pMethods->*Method)(&real, arguments...);
  }
};

/// What sends everything to the disk as it is.
template <class File>
constexpr sqlite3_io_methods forwarded_methods() noexcept {
  using io = sqlite3_io_methods;
  return {
      .iVersion = 2,
      .xClose = forward<File, &io::xClose>::call,
      .xRead = forward<File, &io::xRead>::call,
      .xWrite = forward<File, &io::xWrite>::call,
      .xTruncate = forward<File, &io::xTruncate>::call,
      .xSync = forward<File, &io::xSync>::call,
      .xFileSize = forward<File, &io::xFileSize>::call,
      .xLock = forward<File, &io::xLock>::call,
      .xUnlock = forward<File, &io::xUnlock>::call,
      .xCheckReservedLock = forward<File, &io::xCheckReservedLock>::call,
      .xFileControl = forward<File, &io::xFileControl>::call,
      .xSectorSize = forward<File, &io::xSectorSize>::call,
      .xDeviceCharacteristics = forward<File, &io::xDeviceCharacteristics>::call,
      .xShmMap = forward<File, &io::xShmMap>::call,
      .xShmLock = forward<File, &io::xShmLock>::call,
      .xShmBarrier = forward<File, &io::xShmBarrier>::call,
      .xShmUnmap = forward<File, &io::xShmUnmap>::call,
      .xFetch = nullptr,
      .xUnfetch = nullptr,
  };
}

}  // namespace messagebus::sqlite::detail
