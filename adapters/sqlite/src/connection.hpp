#pragma once

#include <chrono>
#include <memory>
#include <messagebus/sqlite/options.hpp>
#include <messagebus/sqlite/statement.hpp>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace messagebus::sqlite::detail {

/// A prepared statement, and whether somebody has it on loan.
struct cached_statement {
  sqlite3_stmt* handle = nullptr;
  bool is_lent = false;
  bool is_extra = false;  // its text was on loan already: finalized when it comes back
};

/// One connection to the file, with its prepared statements. Thread safety: one thread at a time.
class connection {
 public:
  /// Errors: the file cannot be opened, is no database, is read-only while it is to be written.
  connection(std::string path, const database_options& options);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  sqlite3* handle() const noexcept { return handle_; }
  const std::string& path() const noexcept { return path_; }

  /// Lends a statement, prepared once a text.
  statement prepare(std::string_view sql);
  void give_back(cached_statement& cached) noexcept;

  /// Runs statements without parameters and without results.
  void execute(const char* sql, std::string_view doing);

  [[noreturn]] void fail(int code, std::string_view doing) const;

 private:
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>()(text);
    }
  };

  void open(const database_options& options);
  void configure(const database_options& options);
  sqlite3_stmt* compile(std::string_view sql);
  static int wait_while_busy(void* self, int calls) noexcept;

  std::string path_;
  sqlite3* handle_ = nullptr;
  std::chrono::milliseconds busy_wait_max_;
  std::chrono::steady_clock::time_point busy_since_;
  std::unordered_map<std::string, std::unique_ptr<cached_statement>, text_hash, std::equal_to<>>
      statements_;
};

}  // namespace messagebus::sqlite::detail
