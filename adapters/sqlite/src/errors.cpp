#include "errors.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <messagebus/sqlite/constraint_error.hpp>
#include <system_error>

#include "commit_channel.hpp"

namespace messagebus::sqlite::detail {
namespace {

struct translation {
  errc code;
  retry again;
  std::string advice;
};

// The errors of the disk that mean "no space", whichever call met them: data, log, or the shared
// memory beside the file.
bool is_disk_full(sqlite3* handle, int code) noexcept {
  const int primary = code & 0xff;
  if (primary == SQLITE_FULL) return true;
  if (handle == nullptr || (primary != SQLITE_IOERR && primary != SQLITE_CANTOPEN)) return false;
  const int system = sqlite3_system_errno(handle);
  return system == ENOSPC || system == EDQUOT || code == SQLITE_IOERR_SHMSIZE;
}

std::filesystem::path directory_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

std::string reason_about_directory(const std::filesystem::path& file,
                                   const std::filesystem::path& directory) {
  const std::string named = "the directory " + directory.string();
  std::error_code ignored;
  if (!std::filesystem::exists(directory, ignored))
    return named + " does not exist: create it first";
  if (!std::filesystem::is_directory(directory, ignored))
    return directory.string() + " is no directory";
  if (!std::filesystem::exists(file, ignored)) {
    return ::access(directory.c_str(), W_OK) == 0 ? "there is no such file: check the path"
                                                  : "there is no such file, and " + named +
                                                        " cannot be written: check its permissions";
  }
  if (::access(directory.c_str(), W_OK) != 0) {
    return named +
           " cannot be written, and SQLite keeps the files -wal and -shm beside the "
           "database: check its permissions";
  }
  return "check the permissions of the file, and of -wal and -shm beside it";
}

// What SQLite calls "unable to open" has a reason that people can act on.
std::string reason_not_to_open(std::string_view path) {
  std::error_code ignored;
  const std::filesystem::path file(path);
  if (std::filesystem::exists(file, ignored) && ::access(file.c_str(), R_OK) != 0) {
    return "the file cannot be read: check its permissions";
  }
  return reason_about_directory(file, directory_of(file));
}

translation translate_access(int primary, std::string_view path) {
  switch (primary) {
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return {
          errc::storage_read_only, retry::useless,
          ::access(directory_of(path).c_str(), W_OK) != 0
              ? reason_not_to_open(path)
              : "the database cannot be written: check whether it was opened read-only, and the "
                "permissions of the file"};
    case SQLITE_CORRUPT:
      return {errc::storage_corrupt, retry::useless,
              "the file is damaged: restore a backup, or save what can be read with sqlite3's "
              ".recover"};
    case SQLITE_NOTADB:
      return {errc::storage_corrupt, retry::useless,
              "the file is no SQLite database: check the path"};
    default:
      return {errc::storage_unavailable, retry::useless, reason_not_to_open(path)};
  }
}

std::string advice_to_wait(const error_site& site) {
  const std::string waited = " has held the database for longer than busy_wait_max, " +
                             std::to_string(site.busy_wait_max.count()) + " ms: ";
  const int writers_count = commit_channel::of(std::string(site.path))->writers_count();
  if (writers_count < 2) {
    return "another process" + waited +
           "try again, shorten its transactions, or raise busy_wait_max";
  }
  return "another process, or another database object of this one" + waited +
         "this process itself has the file open for writing " + std::to_string(writers_count) +
         " times, and a unit of work that is begun while another one is open on the same thread "
         "waits for itself: share one database object, shorten the transactions, try again, or "
         "raise busy_wait_max";
}

translation translate_misuse(int primary) {
  if (primary == SQLITE_AUTH) {
    return {errc::usage, retry::useless,
            "a transaction is ended by commit and rollback of its unit of work, not by SQL"};
  }
  if (primary == SQLITE_TOOBIG) {
    return {errc::limit_exceeded, retry::useless, "a text, blob or statement is too long"};
  }
  return {errc::usage, retry::useless, "SQLite was called in a way that cannot work"};
}

translation translate(sqlite3* handle, int code, const error_site& site) {
  if (is_disk_full(handle, code)) {
    return {errc::storage_full, retry::may_help,
            "the disk is full: make room, then run the unit of work again"};
  }
  switch (const int primary = code & 0xff; primary) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return {errc::busy, retry::may_help, advice_to_wait(site)};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
      return translate_access(primary, site.path);
    case SQLITE_IOERR:
      return {errc::storage, retry::may_help,
              "reading or writing failed: look for errors of the disk in the system's log"};
    case SQLITE_NOMEM:
      return {errc::storage, retry::may_help, "there is not enough memory"};
    case SQLITE_INTERRUPT:
      return {errc::storage, retry::may_help, "it was interrupted"};
    case SQLITE_AUTH:
    case SQLITE_TOOBIG:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      return translate_misuse(primary);
    default:
      return {errc::storage, retry::useless, "check the statement and the tables"};
  }
}

// Behind the write that completes a transaction SQLite still waits for the disk, which may tell
// only then that it is full, and takes memory, its own and that beside the file, to show it to
// readers. Whoever opens the file after a crash finds it then. What the system said is no help: of
// an error in a commit SQLite does not keep it, and an older one may be there.
bool may_be_kept(int code) noexcept {
  const int primary = code & 0xff;
  return primary == SQLITE_IOERR || primary == SQLITE_NOMEM;
}

struct explained {
  int code;
  std::string sentence;
};

explained explain(sqlite3* handle, int code, const error_site& site) {
  const int last = handle == nullptr ? SQLITE_OK : sqlite3_extended_errcode(handle);
  const bool is_last = handle != nullptr && (last & 0xff) == (code & 0xff);
  if (is_last) code = last;
  const char* const said = is_last ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  return {code, std::string(site.path) + ": cannot " + std::string(site.doing) + ": " + said};
}

}  // namespace

void throw_error(sqlite3* handle, int code, const error_site& site) {
  const auto [extended, sentence] = explain(handle, code, site);
  if ((extended & 0xff) == SQLITE_CONSTRAINT) throw constraint_error(extended, sentence);
  const translation known = translate(handle, extended, site);
  throw sqlite_error(known.code, extended, sentence + "; " + known.advice, known.again);
}

void throw_commit_error(sqlite3* handle, int code, const error_site& site) {
  const auto [extended, sentence] = explain(handle, code, site);
  if (may_be_kept(extended)) {
    throw commit_outcome_unknown_error(
        sentence +
        "; whether it was kept shows when the log is read again: look for the message ids");
  }
  const translation known = translate(handle, extended, site);
  if ((extended & 0xff) == SQLITE_CONSTRAINT) {
    throw constraint_error(extended, sentence + "; nothing was kept");
  }
  throw sqlite_error(known.code, extended, sentence + "; nothing was kept; " + known.advice,
                     retry::may_help);
}

}  // namespace messagebus::sqlite::detail
