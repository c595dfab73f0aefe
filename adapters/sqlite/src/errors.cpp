#include "errors.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <messagebus/sqlite/constraint_error.hpp>
#include <messagebus/sqlite/sqlite_error.hpp>
#include <system_error>

namespace messagebus::sqlite::detail {
namespace {

namespace fs = std::filesystem;

// The errors of the disk that mean "no space", whichever call met them: data, journal or the shared
// memory beside the file.
bool is_disk_full(sqlite3* database, int code) {
  const int primary = code & 0xff;
  if (primary == SQLITE_FULL) return true;
  if (database == nullptr || (primary != SQLITE_IOERR && primary != SQLITE_CANTOPEN)) return false;
  const int system = sqlite3_system_errno(database);
  return system == ENOSPC || system == EDQUOT;
}

std::string in_words(std::chrono::milliseconds time) {
  return std::to_string(time.count()) + " ms";
}

struct translation {
  errc code;
  retry retry;
  std::string advice;
};

translation translate_access(int primary, const error_site& site) {
  switch (primary) {
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return {errc::storage_read_only, retry::useless,
              "the database cannot be written: look at the permissions of the file and of its "
              "folder, and whether it was opened with read_only"};
    case SQLITE_CORRUPT:
      return {errc::storage_corrupt, retry::useless,
              "the file is damaged: restore it from a backup, or save what can be read with "
              "'sqlite3 FILE .recover'"};
    case SQLITE_NOTADB:
      return {errc::storage_corrupt, retry::useless,
              "the file is no SQLite database, or is encrypted: name another file"};
    default:
      return {errc::storage_unavailable, retry::useless,
              reason_why_not_opened(site.file)};
  }
}

translation translate(sqlite3* database, int code, const error_site& site) {
  if (is_disk_full(database, code)) {
    return {errc::storage_full, retry::may_help,
            "there is no space left for it: make room on the disk and run it again"};
  }
  switch (const int primary = code & 0xff; primary) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return {errc::busy, retry::may_help,
              "somebody else has had the database locked for longer than busy_wait_max, " +
                  in_words(site.busy_wait_max) + ": run it again, shorten the transactions of "
                  "others, or raise busy_wait_max in the options of the database"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
      return translate_access(primary, site);
    case SQLITE_IOERR:
      return {errc::storage, retry::useless,
              "reading or writing the file failed: look for errors of the disk in the log of the "
              "operating system"};
    case SQLITE_TOOBIG:
      return {errc::limit_exceeded, retry::useless, "a text, blob or statement is too long"};
    case SQLITE_NOMEM:
      return {errc::storage, retry::may_help, "there is not enough memory"};
    case SQLITE_INTERRUPT:
      return {errc::storage, retry::may_help, "it was interrupted"};
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      return {errc::usage, retry::useless, "SQLite was called in a way that cannot work"};
    default:
      return {errc::storage, retry::useless, "look at the statement and at the tables"};
  }
}

}  // namespace

std::string reason_why_not_opened(std::string_view file) {
  std::error_code ignored;
  const fs::path path(file);
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (!fs::exists(folder, ignored)) {
    return "the folder " + folder.string() + " is not there: make it first";
  }
  if (!fs::is_directory(folder, ignored)) return folder.string() + " is no folder";
  if (fs::is_directory(path, ignored)) return "it is a folder: name a file";
  if (!fs::exists(path, ignored)) {
    return ::access(folder.c_str(), W_OK) == 0
               ? "the file is not there"
               : "the file is not there, and the folder " + folder.string() +
                     " cannot be written: look at its permissions";
  }
  if (::access(path.c_str(), R_OK) != 0) return "the file cannot be read: look at its permissions";
  if (::access(folder.c_str(), W_OK) != 0) {
    return "the folder " + folder.string() +
           " cannot be written, and SQLite keeps the files -wal and -shm beside the database: look "
           "at its permissions";
  }
  return "look at the permissions of the file and of those beside it, -wal and -shm";
}

void throw_error(sqlite3* database, int code, const error_site& site) {
  const bool is_last = database != nullptr && sqlite3_extended_errcode(database) == code;
  const std::string said = is_last ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  const std::string what =
      std::string(site.file) + ": cannot " + std::string(site.action) + ": " + said;
  if ((code & 0xff) == SQLITE_CONSTRAINT) throw constraint_error(code, what);
  const translation translated = translate(database, code, site);
  throw sqlite_error(translated.code, code, what + ": " + translated.advice, translated.retry);
}

}  // namespace messagebus::sqlite::detail
