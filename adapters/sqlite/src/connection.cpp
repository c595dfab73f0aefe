#include "connection.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <messagebus/domain/error.hpp>
#include <random>
#include <thread>
#include <utility>

#include "errors.hpp"

namespace messagebus::sqlite::detail {
namespace {

int open_flags(const options& options, connection::purpose purpose) noexcept {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (options.read_only) return flags | SQLITE_OPEN_READONLY;
  flags |= SQLITE_OPEN_READWRITE;
  if (options.create && purpose == connection::purpose::write) flags |= SQLITE_OPEN_CREATE;
  return flags;
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

// A moment between half of `most` and all of it: those who wait for the same lock do not come back
// at the same time.
std::chrono::microseconds about(std::chrono::microseconds most) {
  thread_local std::minstd_rand random(std::random_device{}());
  return std::chrono::microseconds(
      std::uniform_int_distribution<std::int64_t>(most.count() / 2, most.count())(random));
}

bool is_one_statement(sqlite3* database, const char* rest, const char* end) {
  sqlite3_stmt* second = nullptr;
  const int code =
      sqlite3_prepare_v2(database, rest, static_cast<int>(end - rest), &second, nullptr);
  sqlite3_finalize(second);
  return code == SQLITE_OK && second == nullptr;  // only spaces and comments
}

}  // namespace

connection::connection(const std::string& file, const options& options, purpose purpose)
    : file_(file), busy_wait_max_(options.busy_wait_max) {
  try {
    open(options, purpose);
  } catch (...) {
    close();
    throw;
  }
}

connection::~connection() {
  // Statements go before the connection they belong to.
  statements_.clear();
  close();
}

void connection::open(const options& options, purpose purpose) {
  require_ok(sqlite3_open_v2(file_.c_str(), &handle_, open_flags(options, purpose), nullptr),
             "open it");
  sqlite3_busy_handler(handle_, &wait_for_others, this);
  require_ok(set_up(options), "set up the connection");
  if (purpose == purpose::read) {
    require_ok(sqlite3_exec(handle_, "PRAGMA query_only = ON", nullptr, nullptr, nullptr),
               "set up the connection");
  }
}

int connection::set_up(const options& options) noexcept {
  const std::string pragmas =
      "PRAGMA foreign_keys = ON; PRAGMA synchronous = " +
      std::string(synchronous(options.durability)) +
      "; PRAGMA cache_size = -" + std::to_string(std::max<std::size_t>(options.cache_bytes / 1024, 1));
  return sqlite3_exec(handle_, pragmas.c_str(), nullptr, nullptr, nullptr);
}

void connection::close() noexcept {
  // Statements that the application prepared on its own may still be there; the connection then
  // goes with the last of them.
  sqlite3_close_v2(std::exchange(handle_, nullptr));
}

sqlite3_stmt* connection::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, &rest);
  if (code != SQLITE_OK) fail(code, "prepare '" + std::string(sql) + "'");
  const char* const end = sql.data() + sql.size();
  if (statement != nullptr && (rest == end || is_one_statement(handle_, rest, end))) {
    return statement;
  }
  sqlite3_finalize(statement);
  throw usage_error(file_ + ": not exactly one statement: '" + std::string(sql) +
                    "': run several with run_script");
}

void connection::run_script(std::string_view sql, std::string_view action) {
  const std::string text(sql);
  require_ok(sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr), action);
}

std::int64_t connection::read_integer(std::string_view sql, std::string_view action,
                                      std::int64_t otherwise) {
  sqlite3_stmt* statement = nullptr;
  int code =
      sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  std::int64_t value = otherwise;
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  if (code == SQLITE_ROW) value = sqlite3_column_int64(statement, 0);
  const bool is_well = code == SQLITE_ROW || code == SQLITE_DONE;
  sqlite3_finalize(statement);
  if (!is_well) fail(code, action);
  return value;
}

bool connection::is_in_transaction() const noexcept {
  return sqlite3_get_autocommit(handle_) == 0;
}

void connection::fail(int code, std::string_view action) const {
  throw_error(handle_, code,
              {.file = file_, .action = action, .busy_wait_max = busy_wait_max_});
}

void connection::require_ok(int code, std::string_view action) const {
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) fail(code, action);
}

void connection::retry_while_busy(const std::function<void()>& work) {
  const auto since = std::chrono::steady_clock::now();
  for (int times = 0;; ++times) {
    try {
      return work();
    } catch (const error& failed) {
      if (failed.code() != errc::busy) throw;
      if (std::chrono::steady_clock::now() - since >= busy_wait_max_) throw;
      waits_since_ = since;
      sleep(times);
    }
  }
}

int connection::wait_for_others(void* self, int times) noexcept {
  auto& waiting = *static_cast<connection*>(self);
  if (times == 0) waiting.waits_since_ = std::chrono::steady_clock::now();
  return waiting.sleep(times) ? 1 : 0;
}

bool connection::sleep(int times) noexcept {
  using namespace std::chrono;
  const auto waited = steady_clock::now() - waits_since_;
  if (waited >= busy_wait_max_) return false;
  const microseconds grown = microseconds(100) * (1 << std::min(times, 6));
  const auto left = ceil<microseconds>(busy_wait_max_ - waited);
  std::this_thread::sleep_for(std::min(about(std::min(grown, microseconds(5000))), left));
  return true;
}

}  // namespace messagebus::sqlite::detail
