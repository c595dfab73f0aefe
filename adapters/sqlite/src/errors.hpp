#pragma once

#include <string>
#include <string_view>

struct sqlite3;

namespace messagebus::sqlite::detail {

/// Every error of SQLite becomes one of ours here. `doing` is what was tried: "open", "commit".
[[noreturn]] void throw_error(sqlite3* handle, int code, const std::string& path,
                              std::string_view doing);

/// The same for a commit, which has failed for all who took part: retryable, or of unknown outcome.
[[noreturn]] void throw_commit_error(sqlite3* handle, int code, const std::string& path);

}  // namespace messagebus::sqlite::detail
