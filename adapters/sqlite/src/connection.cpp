#include "connection.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <messagebus/domain/error.hpp>
#include <random>
#include <system_error>
#include <thread>
#include <utility>

#include "errors.hpp"
#include "joining_vfs.hpp"

namespace messagebus::sqlite::detail {
namespace {

int open_flags(const database_options& options, connection::access wanted) noexcept {
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (options.read_only) return flags | SQLITE_OPEN_READONLY;
  const bool may_create = options.create && wanted == connection::access::write;
  return flags | SQLITE_OPEN_READWRITE | (may_create ? SQLITE_OPEN_CREATE : 0);
}

const char* synchronous(durability durability) noexcept {
  switch (durability) {
    case durability::full:
      return "FULL";
    case durability::normal:
      return "NORMAL";
    case durability::off:
      return "OFF";
  }
  return "FULL";
}

// A wait of a century is one without end, and does not overflow in any unit.
std::chrono::milliseconds bounded(std::chrono::milliseconds wait) noexcept {
  return std::min<std::chrono::milliseconds>(wait, std::chrono::years(100));
}

void check(const database_options& options) {
  if (options.busy_wait_max.count() < 0) {
    throw usage_error("busy_wait_max is negative: give 0, which does not wait, or more");
  }
  if (options.follow_interval.count() < 1) {
    throw usage_error("follow_interval is 1 ms or more");
  }
}

// SQLite would take a device for a file, and wait at a pipe for whoever writes into it.
void refuse_what_is_no_file(const std::string& path) {
  std::error_code failed;
  const auto kind = std::filesystem::status(path, failed).type();
  if (kind == std::filesystem::file_type::regular ||
      kind == std::filesystem::file_type::not_found) {
    return;
  }
  std::string what = "it is a device or a pipe: name a file";
  if (kind == std::filesystem::file_type::directory) what = "it is a directory: name a file";
  if (kind == std::filesystem::file_type::none) what = failed.message() + ": check the path";
  throw error(errc::storage_unavailable, path + ": cannot open the database: " + what);
}

// Between half of `most` and all of it: those who wait for one lock do not come back together.
std::chrono::microseconds about(std::chrono::microseconds most) {
  thread_local std::minstd_rand random(std::random_device{}());
  return std::chrono::microseconds(
      std::uniform_int_distribution<std::int64_t>(most.count() / 2, most.count())(random));
}

// To some milliseconds, for a tenth of what the exact time costs.
std::chrono::nanoseconds about_now() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

connection::connection(std::string path, const database_options& options, access wanted)
    : path_(std::move(path)), busy_wait_max_(bounded(options.busy_wait_max)) {
  check(options);
  if (path_.empty() || path_ == ":memory:") {
    throw error(errc::storage_unavailable,
                "\"" + path_ +
                    "\": a log needs a file, since each of its readers opens it by itself; for a "
                    "database in memory take messagebus::memory");
  }
  refuse_what_is_no_file(path_);
  try {
    open(options, wanted);
    configure(options, wanted);
    const std::string absolute = sqlite3_db_filename(handle_, "main");
    files_ = {opened_file(absolute), opened_file(absolute + "-wal")};
  } catch (...) {
    close();
    throw;
  }
}

connection::~connection() {
  close();
}

void connection::open(const database_options& options, access wanted) {
  // A path is the name of a file. Debian's SQLite would take this one for a URI, whose parameters
  // can turn off the locks, or keep the database in memory.
  const std::string name = path_.starts_with("file:") ? "./" + path_ : path_;
  const int code = sqlite3_open_v2(name.c_str(), &handle_, open_flags(options, wanted),
                                   wanted == access::write ? joining_vfs() : nullptr);
  require_ok(code, "open the database");
  sqlite3_busy_handler(handle_, &wait_while_busy, this);
}

void connection::configure(const database_options& options, access wanted) {
  // The first look into the file: here it shows whether it is a database at all.
  std::int64_t is_wal = 0;
  retry_while_busy([&] {
    is_wal =
        read_integer("SELECT journal_mode = 'wal' FROM pragma_journal_mode", "read the database");
  });
  // Pages stay in memory up to the commit, for SQLite 3.40 loses what is committed when some were
  // written twice before and then undone, by a savepoint or a statement that fails: their frames'
  // checksums are left out, and a crash ends the log there.
  const std::string cache =
      "PRAGMA foreign_keys = ON; PRAGMA cache_spill = OFF; PRAGMA cache_size = -" +
      std::to_string(std::max<std::size_t>(options.cache_bytes / 1024, 1));
  run_script(cache.c_str(), "set up the connection");
  if (options.read_only || wanted == access::read) {
    run_script("PRAGMA query_only = ON", "set up the connection");
    return;
  }
  if (sqlite3_db_readonly(handle_, "main") == 1) {
    throw error(errc::storage_read_only,
                path_ +
                    ": the file cannot be written: check the permissions of the file and its "
                    "directory, let messagebus verify look whether it is damaged, or open it "
                    "read-only");
  }
  if (is_wal == 0) {
    // SQLite does not always wait for this lock.
    retry_while_busy([&] { run_script("PRAGMA journal_mode = WAL", "set the journal mode"); });
    is_wal = read_integer("SELECT journal_mode = 'wal' FROM pragma_journal_mode",
                          "read the journal mode");
  }
  if (is_wal == 0) {
    throw error(errc::storage_unavailable,
                path_ +
                    ": SQLite cannot keep a write-ahead log on this file system: put the file on a "
                    "local disk");
  }
  run_script(("PRAGMA synchronous = " + std::string(synchronous(options.durability))).c_str(),
             "set the durability");
}

void connection::close() noexcept {
  statements_.clear();
  // Statements that the application prepared on its own may be left; the connection goes with the
  // last of them.
  sqlite3_close_v2(std::exchange(handle_, nullptr));
}

connection::prepared connection::prepare_first(std::string_view& sql) const noexcept {
  sqlite3_stmt* compiled = nullptr;
  const char* rest = sql.data() + sql.size();  // where SQLite fails before it reads
  const int code =
      sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &compiled, &rest);
  const auto text = sql.substr(0, static_cast<std::size_t>(rest - sql.data()));
  sql.remove_prefix(text.size());
  return {code, {compiled, &sqlite3_finalize}, text};
}

bool connection::has_statement(std::string_view sql) const noexcept {
  while (!sql.empty()) {
    const prepared first = prepare_first(sql);
    if (first.code != SQLITE_OK || first.statement) return true;
  }
  return false;
}

void connection::refuse_zero_byte(std::string_view sql) const {
  if (sql.find('\0') == std::string_view::npos) return;
  throw usage_error(path_ + ": there is a zero byte in \"" +
                    std::string(sql.substr(0, sql.find('\0'))) +
                    "\": leave it out, or give it as a parameter");
}

sqlite3_stmt* connection::compile(std::string_view sql) {
  refuse_zero_byte(sql);
  sqlite3_stmt* compiled = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &compiled, &rest);
  if (code != SQLITE_OK) fail(code, "prepare \"" + std::string(sql) + "\"");
  const auto bytes = static_cast<std::size_t>(rest - sql.data());
  if (compiled != nullptr && !has_statement(sql.substr(bytes))) return compiled;
  const std::string_view what = compiled == nullptr ? "no statement" : "more than one statement";
  sqlite3_finalize(compiled);
  throw usage_error(path_ + ": " + std::string(what) + " in \"" + std::string(sql) +
                    "\": give one, or run several with run_script");
}

void connection::run_script(const char* sql, std::string_view doing) {
  require_ok(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr), doing);
}

void connection::run_given_script(std::string_view sql) {
  constexpr auto doing = "run the given SQL";
  refuse_zero_byte(sql);
  while (!sql.empty()) {
    const prepared first = prepare_first(sql);
    require_ok(first.code, doing);
    if (!first.statement) continue;
    if (sqlite3_bind_parameter_count(first.statement.get()) != 0) {
      throw usage_error(path_ + ": a script takes no parameters, and they would be NULL in \"" +
                        std::string(first.text) + "\": give it to execute");
    }
    int code = SQLITE_ROW;
    while (code == SQLITE_ROW) code = sqlite3_step(first.statement.get());
    if (code != SQLITE_DONE) fail(code, doing);
  }
}

std::int64_t connection::read_integer(const char* sql, std::string_view doing) {
  sqlite3_stmt* compiled = nullptr;
  int code = sqlite3_prepare_v2(handle_, sql, -1, &compiled, nullptr);
  if (code == SQLITE_OK) code = sqlite3_step(compiled);
  std::int64_t value = 0;
  if (code == SQLITE_ROW) value = sqlite3_column_int64(compiled, 0);
  code = sqlite3_finalize(compiled);
  require_ok(code, doing);
  return value;
}

bool connection::is_in_transaction() const noexcept {
  return sqlite3_get_autocommit(handle_) == 0;
}

void connection::require_transaction() const {
  if (is_in_transaction()) [[likely]]
    return;
  throw transaction_error(
      path_ +
      ": SQLite has rolled the transaction back, after an error that somebody caught or because "
      "SQL says OR ROLLBACK, and nothing of it was kept: let such an error end the unit of work, "
      "and run it again");
}

void connection::require_in_place() {
  const auto now = about_now();
  if (now < look_at_files_at_) return;
  look_whether_in_place();
  look_at_files_at_ = now + std::chrono::seconds(1);
}

void connection::look_whether_in_place() {
  for (opened_file& file : files_) {
    if (file.is_in_place()) continue;
    throw error(errc::storage_unavailable,
                path_ + ": while it was open, somebody has removed, moved or replaced " +
                    file.path() +
                    ", and what is committed to it would be lost: put the file back, or end all "
                    "processes that have it open, restore the newest backup if the file is gone, "
                    "and open it again");
  }
}

void connection::guard_transactions() noexcept {
  sqlite3_set_authorizer(handle_, &authorize, this);
}

int connection::authorize(void* self, int action, const char* /*first*/, const char* second,
                          const char* /*database*/, const char* /*trigger*/) noexcept {
  const bool is_ours = action == SQLITE_SAVEPOINT && second != nullptr &&
                       sqlite3_stricmp(second, savepoint_of_units) == 0;
  if (action != SQLITE_TRANSACTION && !is_ours) return SQLITE_OK;
  return static_cast<connection*>(self)->may_control_ ? SQLITE_OK : SQLITE_DENY;
}

void connection::fail(int code, std::string_view doing) const {
  throw_error(handle_, code, {.path = path_, .doing = doing, .busy_wait_max = busy_wait_max_});
}

void connection::require_ok(int code, std::string_view doing) const {
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) fail(code, doing);
}

void connection::sleep_or_rethrow(int times, std::chrono::steady_clock::time_point since) {
  try {
    throw;
  } catch (const error& failed) {
    if (failed.code() != errc::busy) throw;
    busy_since_ = since;
    if (!sleep(times)) throw;
  }
}

int connection::wait_while_busy(void* self, int times) noexcept {
  auto& waiting = *static_cast<connection*>(self);
  if (times == 0) waiting.busy_since_ = std::chrono::steady_clock::now();
  return waiting.sleep(times) ? 1 : 0;
}

// SQLite gives no way to be woken by the unlock of another process: short sleeps that grow to 5 ms.
bool connection::sleep(int times) noexcept {
  using namespace std::chrono;
  const auto waited = steady_clock::now() - busy_since_;
  if (waited >= busy_wait_max_) return false;
  constexpr microseconds first{100};
  constexpr microseconds longest{5000};
  const microseconds grown = std::min(longest, first * (1 << std::min(times, 6)));
  const auto left = ceil<microseconds>(busy_wait_max_ - waited);
  std::this_thread::sleep_for(std::min(about(grown), left));
  return true;
}

}  // namespace messagebus::sqlite::detail
