#pragma once

#include <string>
#include <string_view>

struct pg_conn;
struct pg_result;

namespace messagebus::postgresql::detail {

/// What the server, or libpq in its place, has said against something.
struct refusal {
  std::string sqlstate;  ///< empty when libpq said it
  std::string sentence;
  std::string detail;
  std::string hint;
  std::string schema;
  std::string table;
  std::string column;
  std::string constraint;
  /// The statement was prepared for a table that has other columns since.
  bool is_plan_outdated = false;
  /// The server, or a pooler in its name, closes the connection with these words.
  bool is_fatal = false;
};

refusal refusal_of(const pg_result* result);

/// Whether the server closes the connection with these words.
bool is_last_word(const pg_result* said) noexcept;

/// Every error of a statement becomes one of ours here. `doing` is what was tried: "commit".
[[noreturn]] void throw_refused(const refusal& refused, const std::string& location,
                                std::string_view doing);

/// The same for messages that a constraint of our own table refused, other than that of an id: the
/// library writes none that it would, so somebody altered the table.
[[noreturn]] void throw_refused_by_log(const refusal& refused, const std::string& location,
                                       const std::string& table);

/// The same for a connection that could not be made: a server that is still starting may be asked
/// again, a password that it refused may not.
[[noreturn]] void throw_not_connected(const pg_conn* failed, const std::string& location);

/// The connection broke, or the server did not answer in time; nothing was kept.
[[noreturn]] void throw_connection_lost(const std::string& said, const std::string& location,
                                        std::string_view doing);

/// The same while a commit ran (T9).
[[noreturn]] void throw_outcome_unknown(const std::string& said, const std::string& location);

/// What libpq says without the texts it quotes: they may be parts of a password.
std::string without_quoted_text(std::string_view said);

/// As much of a statement as says which one it is.
std::string shortened(std::string_view sql);

/// On one line: line breaks, tabs and runs of spaces become one space, and none at the ends.
std::string tidy(std::string_view said);

}  // namespace messagebus::postgresql::detail
