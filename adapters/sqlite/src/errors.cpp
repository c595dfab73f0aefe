#include "errors.hpp"

#include <sqlite3.h>

#include <filesystem>
#include <messagebus/domain/error.hpp>
#include <messagebus/sqlite/constraint_error.hpp>
#include <system_error>

namespace messagebus::sqlite::detail {
namespace {

struct translation {
  errc code;
  retry again;
  const char* advice;
};

translation translate(int code) noexcept {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {errc::busy, retry::may_help,
              "another transaction holds the database: try again, or raise busy_wait_max"};
    case SQLITE_FULL:
      return {errc::storage_full, retry::may_help,
              "the disk is full: make room, then run the unit of work again"};
    case SQLITE_READONLY:
      return {
          errc::storage_read_only, retry::useless,
          "the database cannot be written: check the permissions of the file and its directory"};
    case SQLITE_CORRUPT:
      return {errc::storage_corrupt, retry::useless,
              "the file is damaged: restore a backup, or recover it with sqlite3's .recover"};
    case SQLITE_NOTADB:
      return {errc::storage_corrupt, retry::useless,
              "the file is no SQLite database: check the path"};
    case SQLITE_CANTOPEN:
      return {errc::storage_unavailable, retry::useless, "check the path and its permissions"};
    case SQLITE_IOERR:
      return {errc::storage, retry::may_help, "reading or writing failed: check the disk"};
    default:
      return {errc::storage, retry::useless, ""};
  }
}

// What SQLite calls "unable to open" has a reason that people can act on.
std::string reason_not_to_open(const std::string& path) {
  std::error_code ignored;
  const std::filesystem::path file(path);
  const auto directory = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  if (!std::filesystem::exists(directory, ignored)) {
    return "the directory " + directory.string() + " does not exist: create it first";
  }
  if (std::filesystem::is_directory(file, ignored)) return "it is a directory: name a file";
  if (!std::filesystem::exists(file, ignored)) return "there is no such file: check the path";
  return "check the permissions of the file and its directory";
}

std::string sentence(sqlite3* handle, int code, const std::string& path, std::string_view doing) {
  const char* said = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  std::string text = path + ": cannot " + std::string(doing) + ": " + said;
  const std::string advice =
      (code & 0xff) == SQLITE_CANTOPEN ? reason_not_to_open(path) : translate(code).advice;
  if (!advice.empty()) text += "; " + advice;
  return text;
}

}  // namespace

void throw_error(sqlite3* handle, int code, const std::string& path, std::string_view doing) {
  if (handle != nullptr) code = sqlite3_extended_errcode(handle);
  const std::string text = sentence(handle, code, path, doing);
  if ((code & 0xff) == SQLITE_CONSTRAINT) throw constraint_error(text, code);
  const translation known = translate(code);
  throw error(known.code, text, known.again);
}

void throw_commit_error(sqlite3* handle, int code, const std::string& path) {
  code = sqlite3_extended_errcode(handle);
  const std::string text = sentence(handle, code, path, "commit");
  if ((code & 0xff) == SQLITE_IOERR) {
    throw commit_outcome_unknown_error(
        text + "; whether it was kept shows when the log is read again: look for the message ids");
  }
  throw error(translate(code).code, text + "; nothing was kept", retry::may_help);
}

}  // namespace messagebus::sqlite::detail
