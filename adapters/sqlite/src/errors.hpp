#pragma once

#include <chrono>
#include <string>
#include <string_view>

struct sqlite3;

namespace messagebus::sqlite::detail {

/// Where an error of SQLite happened, for its sentence.
struct error_site {
  std::string_view path;
  /// What was tried, as in "cannot …".
  std::string_view doing;
  std::chrono::milliseconds busy_wait_max{};
};

/// The one place where SQLite's errors become errors of this library: `code` is what a call
/// returned, `handle` says more about the last error and may be null.
[[noreturn]] void throw_error(sqlite3* handle, int code, const error_site& site);

/// The same for a commit: nothing was kept, or nobody knows (T9).
[[noreturn]] void throw_commit_error(sqlite3* handle, int code, const error_site& site);

}  // namespace messagebus::sqlite::detail
