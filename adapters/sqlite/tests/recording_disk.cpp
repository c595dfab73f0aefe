#include "recording_disk.hpp"

#include <algorithm>
#include <utility>

#include "forwarded_file.hpp"

namespace messagebus::sqlite {

using detail::forward;
using detail::forwarded_methods;
using detail::real_file;

void recorded_file::write(std::string_view data, sqlite3_int64 at) {
  since_.push_back({.truncates = false, .at = at, .data = std::string(data)});
}

void recorded_file::truncate(sqlite3_int64 size) {
  since_.push_back({.truncates = true, .at = size, .data = {}});
}

void recorded_file::make_safe() {
  safe_ = after_kill();
  since_.clear();
}

std::string recorded_file::after_kill() const {
  std::string contents = safe_;
  for (const change& each : since_) apply(each, contents);
  return contents;
}

// How many of them reach the disk differs: none, some here and there, most, all.
std::string recorded_file::after_power_loss(std::mt19937& random) const {
  constexpr sqlite3_int64 sector_bytes = 512;
  const auto kept_of_eight = std::uniform_int_distribution<>(0, 8)(random);
  const auto is_kept = [&] {
    return std::uniform_int_distribution<>(0, 7)(random) < kept_of_eight;
  };
  std::string contents = safe_;
  for (const change& each : since_) {
    if (each.truncates) {
      if (is_kept()) apply(each, contents);
      continue;
    }
    const auto size = static_cast<sqlite3_int64>(each.data.size());
    for (sqlite3_int64 from = 0; from < size;) {
      const sqlite3_int64 left_in_sector = sector_bytes - (each.at + from) % sector_bytes;
      const auto bytes = static_cast<std::size_t>(std::min(left_in_sector, size - from));
      const auto part = each.data.substr(static_cast<std::size_t>(from), bytes);
      if (is_kept()) apply({.truncates = false, .at = each.at + from, .data = part}, contents);
      from += left_in_sector;
    }
  }
  return contents;
}

void recorded_file::apply(const change& change, std::string& contents) {
  const auto at = static_cast<std::size_t>(change.at);
  if (change.truncates) {
    contents.resize(std::min(contents.size(), at));
    return;
  }
  contents.resize(std::max(contents.size(), at + change.data.size()));
  contents.replace(at, change.data.size(), change.data);
}

struct recorded_handle : sqlite3_file {
  using operation = recording_disk::operation;

  recording_disk* disk;
  const char* path;  // null where nothing is recorded; SQLite keeps it as long as the file is open

  static recorded_handle& of(sqlite3_file* handle) {
    return *static_cast<recorded_handle*>(handle);
  }

  recorded_file& recorded() const { return disk->files.find(std::string_view(path))->second; }
  int before(operation what, std::string_view data = {}, sqlite3_int64 at = 0) const {
    if (path == nullptr || !disk->before) return SQLITE_OK;
    return disk->before(what, path, data, at);
  }

  static int read(sqlite3_file* handle, void* data, int bytes, sqlite3_int64 at) {
    const int code = of(handle).before(operation::read);
    if (code != SQLITE_OK) return code;
    return forward<recorded_handle, &sqlite3_io_methods::xRead>::call(handle, data, bytes, at);
  }

  static int write(sqlite3_file* handle, const void* data, int bytes, sqlite3_int64 at) {
    std::string_view written(static_cast<const char*>(data), static_cast<std::size_t>(bytes));
    const recorded_handle& self = of(handle);
    const int failed = self.before(operation::write, written, at);
    if (failed != SQLITE_OK) {
      written = written.substr(0, self.disk->done_of_failed_write(written.size()));
      bytes = static_cast<int>(written.size());
      if (bytes == 0) return failed;
    }
    const int code =
        forward<recorded_handle, &sqlite3_io_methods::xWrite>::call(handle, data, bytes, at);
    if (code == SQLITE_OK && self.path != nullptr) self.recorded().write(written, at);
    return failed == SQLITE_OK ? code : failed;
  }

  static int sync(sqlite3_file* handle, int /*flags*/) {
    const recorded_handle& self = of(handle);
    const int code = self.before(operation::sync);
    if (code == SQLITE_OK && self.path != nullptr) self.recorded().make_safe();
    return code;
  }

  static int truncate(sqlite3_file* handle, sqlite3_int64 size) {
    const recorded_handle& self = of(handle);
    int code = self.before(operation::truncate);
    if (code != SQLITE_OK) return code;
    code = forward<recorded_handle, &sqlite3_io_methods::xTruncate>::call(handle, size);
    if (code == SQLITE_OK && self.path != nullptr) self.recorded().truncate(size);
    return code;
  }

  static int size(sqlite3_file* handle, sqlite3_int64* size) {
    const int code = of(handle).before(operation::size);
    if (code != SQLITE_OK) return code;
    return forward<recorded_handle, &sqlite3_io_methods::xFileSize>::call(handle, size);
  }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* handle, int flags,
                  int* out_flags) {
    static constexpr sqlite3_io_methods methods = [] {
      auto all = forwarded_methods<recorded_handle>();
      all.xRead = read;
      all.xWrite = write;
      all.xSync = sync;
      all.xTruncate = truncate;
      all.xFileSize = size;
      return all;
    }();
    recorded_handle& self = of(handle);
    self.disk = static_cast<recording_disk*>(vfs->pAppData);
    const bool is_recorded = (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0;
    self.path = is_recorded ? path : nullptr;
    if (is_recorded) self.disk->files.try_emplace(path);
    self.pMethods = nullptr;
    sqlite3_vfs* const behind = self.disk->real_;
    sqlite3_file& real = real_file<recorded_handle>(handle);
    const int code = behind->xOpen(behind, path, &real, flags, out_flags);
    if (real.pMethods != nullptr) self.pMethods = &methods;
    return code;
  }

  static int remove(sqlite3_vfs* vfs, const char* path, int wait) {
    auto& disk = *static_cast<recording_disk*>(vfs->pAppData);
    if (const auto found = disk.files.find(path); found != disk.files.end()) found->second = {};
    return disk.real_->xDelete(disk.real_, path, wait);
  }

  static int last_error(sqlite3_vfs* vfs, int /*bytes*/, char* /*text*/) {
    return static_cast<recording_disk*>(vfs->pAppData)->system_error;
  }
};

recording_disk::recording_disk() : real_(sqlite3_vfs_find(nullptr)), mine_(*real_) {
  mine_.zName = "recording_disk";
  mine_.szOsFile = static_cast<int>(sizeof(recorded_handle)) + real_->szOsFile;
  mine_.pAppData = this;
  mine_.pNext = nullptr;
  mine_.xOpen = recorded_handle::open;
  mine_.xDelete = recorded_handle::remove;
  mine_.xGetLastError = recorded_handle::last_error;
  sqlite3_vfs_register(&mine_, 1);
}

recording_disk::~recording_disk() {
  sqlite3_vfs_unregister(&mine_);
  sqlite3_vfs_register(real_, 1);
}

}  // namespace messagebus::sqlite
