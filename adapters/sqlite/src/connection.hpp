#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <messagebus/sqlite/options.hpp>
#include <string>
#include <string_view>

#include "statement_cache.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace messagebus::sqlite::detail {

/// One connection to a file, set up as the options say. Used by one thread at a time.
class connection {
 public:
  enum class purpose {
    write,  // makes the file, if the options say so
    read,   // sees the newest commits and writes nothing
  };

  /// Errors: those of opening, see `database`.
  connection(const std::string& file, const options& options, purpose purpose);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  sqlite3* handle() const noexcept { return handle_; }
  const std::string& file() const noexcept { return file_; }
  statement_cache& statements() noexcept { return statements_; }

  /// A statement that is used often; the caller finalizes it. Errors: as for
  /// `statement_cache::take`.
  sqlite3_stmt* prepare(std::string_view sql);

  /// Runs statements without parameters.
  void run_script(std::string_view sql, std::string_view action);
  /// The first column of the first row of a query; `otherwise` when there is no row.
  std::int64_t read_integer(std::string_view sql, std::string_view action,
                            std::int64_t otherwise = 0);

  bool is_in_transaction() const noexcept;

  [[noreturn]] void fail(int code, std::string_view action) const;
  /// The same, unless the code says that all went well.
  void require_ok(int code, std::string_view action) const;

  /// Runs `work` again while another process is in the way, in places where SQLite itself does not
  /// wait.
  void retry_while_busy(const std::function<void()>& work);

 private:
  void open(const options& options, purpose purpose);
  void close() noexcept;
  int set_up(const options& options) noexcept;

  static int wait_for_others(void* self, int times) noexcept;
  bool sleep(int times) noexcept;

  std::string file_;
  std::chrono::milliseconds busy_wait_max_;
  std::chrono::steady_clock::time_point waits_since_{};
  sqlite3* handle_ = nullptr;
  statement_cache statements_{*this};
};

}  // namespace messagebus::sqlite::detail
