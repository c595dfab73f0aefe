#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3_stmt;

namespace messagebus::sqlite::detail {

class connection;

/// A prepared statement on its way between the cache and a session.
struct cached_statement {
  sqlite3_stmt* handle = nullptr;
  int parameter_count = 0;
  bool is_lent = false;
  bool is_kept = true;  // false: made beside one that is lent already, and dropped after use
  std::uint64_t last_lent = 0;
  cached_statement* next_lent = nullptr;  // of the session that has it
};

/// The statements that were prepared on one connection, found by their text.
class statement_cache {
 public:
  /// More are prepared, and take the place of those that were not used for the longest time.
  static constexpr std::size_t statements_max = 200;

  explicit statement_cache(connection& connection) noexcept : connection_(connection) {}
  statement_cache(const statement_cache&) = delete;
  statement_cache& operator=(const statement_cache&) = delete;
  ~statement_cache() { clear(); }

  /// Precondition: nothing is lent.
  void clear() noexcept;

  /// Lends a statement without values. Errors: `sqlite_error`; `usage_error` when the text is not
  /// exactly one statement.
  cached_statement& take(std::string_view sql);
  void give_back(cached_statement& statement) noexcept;

 private:
  // A few of its bytes: statements of one application that are alike in all of them are rare, and
  // to read a whole statement would cost more than to look for it.
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view sql) const noexcept;
  };

  void drop_longest_unused() noexcept;

  connection& connection_;
  std::unordered_map<std::string, cached_statement, text_hash, std::equal_to<>> statements_;
  std::uint64_t lent_count_ = 0;
};

}  // namespace messagebus::sqlite::detail
