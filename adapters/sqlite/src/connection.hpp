#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <messagebus/sqlite/options.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "opened_file.hpp"
#include "statement_cache.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace messagebus::sqlite::detail {

/// One connection to a file, set up as the options say. Thread safety: one thread at a time.
class connection {
 public:
  enum class access {
    write,  // makes the file, if the options say so
    read,   // sees the newest commits and writes nothing
  };

  /// Errors: the file cannot be opened, is no database, or cannot be written though it is to be.
  connection(std::string path, const database_options& options, access wanted);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  sqlite3* handle() const noexcept { return handle_; }
  const std::string& path() const noexcept { return path_; }
  /// As the options say, and never so long that adding to it overflows.
  std::chrono::milliseconds busy_wait_max() const noexcept { return busy_wait_max_; }
  statement_cache& statements() noexcept { return statements_; }

  /// Compiles exactly one statement; the caller finalizes it. Errors: `usage_error` when the text
  /// is none, or more than one; those of the database.
  sqlite3_stmt* compile(std::string_view sql);

  /// Runs statements without parameters and without results.
  void run_script(const char* sql, std::string_view doing);
  /// The same for SQL of the application's, whose parameters would be NULL.
  void run_given_script(std::string_view sql);
  /// The first column of the first row of a query; zero when there is none.
  std::int64_t read_integer(const char* sql, std::string_view doing);

  bool is_in_transaction() const noexcept;

  /// SQLite rolls a transaction back by itself after some errors, and where SQL says OR ROLLBACK.
  /// Whoever goes on then would keep each statement by itself. Errors: `transaction_error` when it
  /// has.
  void require_transaction() const;

  /// Whoever removes or replaces a file that is open takes along what is committed from then on,
  /// and SQLite does not notice. Looks at most once a second, since it costs a call of the system.
  /// Errors: `errc::storage_unavailable` as long as the file, or its -wal, is not in its place.
  void require_in_place();

  /// The savepoint around each unit of work of a group.
  static constexpr const char* savepoint_of_units = "messagebus_unit_of_work";

  /// Applications end a transaction through its unit of work. From now on, SQL of theirs that would
  /// do it is refused; savepoints are theirs, but for that of the group.
  void guard_transactions() noexcept;
  /// While one lives, SQL may begin and end transactions.
  class transaction_control {
   public:
    explicit transaction_control(connection& connection) noexcept : connection_(connection) {
      connection_.may_control_ = true;
    }
    transaction_control(const transaction_control&) = delete;
    transaction_control& operator=(const transaction_control&) = delete;
    ~transaction_control() { connection_.may_control_ = false; }

   private:
    connection& connection_;
  };

  [[noreturn]] void fail(int code, std::string_view doing) const;
  void require_ok(int code, std::string_view doing) const;

  /// Runs `work` again while another process is in the way, for what SQLite itself does not wait.
  template <class Work>
  void retry_while_busy(const Work& work);

 private:
  void open(const database_options& options, access wanted);
  void configure(const database_options& options, access wanted);
  void close() noexcept;
  /// What one look at the text of a script found: null for spaces and comments alone.
  struct prepared {
    int code;
    std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement;
    std::string_view text;
  };
  /// Takes the first statement off `sql`.
  prepared prepare_first(std::string_view& sql) const noexcept;
  /// SQLite would pass over what stands behind a zero byte.
  void refuse_zero_byte(std::string_view sql) const;
  /// Whether there is anything but spaces, comments and semicolons, right or wrong.
  bool has_statement(std::string_view sql) const noexcept;

  static int wait_while_busy(void* self, int times) noexcept;
  static int authorize(void* self, int action, const char* first, const char* second,
                       const char* database, const char* trigger) noexcept;
  /// Sleeps a little, longer from time to time; false when the time allowed is over.
  bool sleep(int times) noexcept;
  /// Sleeps after an error that says busy; throws it again when it is another, or time is over.
  void sleep_or_rethrow(int times, std::chrono::steady_clock::time_point since);

  void look_whether_in_place();

  std::string path_;
  std::chrono::milliseconds busy_wait_max_;
  std::chrono::steady_clock::time_point busy_since_;
  sqlite3* handle_ = nullptr;
  bool may_control_ = false;
  std::vector<opened_file> files_;  // the database and its -wal
  std::chrono::nanoseconds look_at_files_at_{0};
  statement_cache statements_{*this};
};

template <class Work>
void connection::retry_while_busy(const Work& work) {
  const auto since = std::chrono::steady_clock::now();
  for (int times = 0;; ++times) {
    try {
      work();
      return;
    } catch (...) {
      sleep_or_rethrow(times, since);
    }
  }
}

}  // namespace messagebus::sqlite::detail
