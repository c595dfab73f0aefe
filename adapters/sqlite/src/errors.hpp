#pragma once

#include <chrono>
#include <string>
#include <string_view>

struct sqlite3;

namespace messagebus::sqlite::detail {

/// Where an error of SQLite happened, for its sentence.
struct error_site {
  std::string_view file;
  /// What was tried, as in "cannot ….".
  std::string_view action;
  std::chrono::milliseconds busy_wait_max{};
};

/// The one place where SQLite's errors become errors of this library. `database` says more about
/// the last error and may be null.
[[noreturn]] void throw_error(sqlite3* database, int code, const error_site& site);

/// Why a file cannot be opened, in words that help: looks at folder, file and permissions.
std::string reason_why_not_opened(std::string_view file);

}  // namespace messagebus::sqlite::detail
