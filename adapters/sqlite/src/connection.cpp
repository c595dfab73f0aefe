#include "connection.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <messagebus/domain/error.hpp>
#include <thread>
#include <utility>

#include "errors.hpp"

namespace messagebus::sqlite::detail {

connection::connection(std::string path, const database_options& options)
    : path_(std::move(path)), busy_wait_max_(options.busy_wait_max) {
  if (path_.empty() || path_ == ":memory:") {
    throw error(errc::storage_unavailable,
                "\"" + path_ +
                    "\": a log needs a file, since each of its readers opens it by itself; for a "
                    "database in memory take messagebus::memory");
  }
  open(options);
  try {
    configure(options);
  } catch (...) {
    sqlite3_close(handle_);
    throw;
  }
}

connection::~connection() {
  for (const auto& [text, cached] : statements_) sqlite3_finalize(cached->handle);
  sqlite3_close_v2(handle_);
}

void connection::open(const database_options& options) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (options.read_only) {
    flags |= SQLITE_OPEN_READONLY;
  } else {
    flags |= SQLITE_OPEN_READWRITE;
    if (options.create) flags |= SQLITE_OPEN_CREATE;
  }
  const int code = sqlite3_open_v2(path_.c_str(), &handle_, flags, nullptr);
  if (code == SQLITE_OK) return;
  try {
    throw_error(handle_, code, path_, "open the database");
  } catch (...) {
    sqlite3_close(std::exchange(handle_, nullptr));
    throw;
  }
}

void connection::configure(const database_options& options) {
  sqlite3_busy_handler(handle_, &wait_while_busy, this);
  // The first look into the file: here it shows whether it is a database at all.
  bool is_wal = false;
  {
    statement mode = prepare("PRAGMA journal_mode");
    is_wal = mode.step() && mode.column<std::string_view>(0) == "wal";
  }
  if (!options.read_only) {
    if (sqlite3_db_readonly(handle_, "main") == 1) {
      throw error(
          errc::storage_read_only,
          path_ + ": the file cannot be written: check its permissions, or open it read-only");
    }
    if (!is_wal) execute("PRAGMA journal_mode=WAL", "set the journal mode");
    switch (options.durability) {
      case durability::full:
        execute("PRAGMA synchronous=FULL", "set the durability");
        break;
      case durability::normal:
        execute("PRAGMA synchronous=NORMAL", "set the durability");
        break;
      case durability::off:
        execute("PRAGMA synchronous=OFF", "set the durability");
        break;
    }
    execute("PRAGMA foreign_keys=ON", "enforce foreign keys");
  }
}

// SQLite gives no way to be woken by another process's unlock: short sleeps that grow to 5 ms, not
// in step with those of other waiters.
int connection::wait_while_busy(void* self, int calls) noexcept {
  auto& waiting = *static_cast<connection*>(self);
  const auto now = std::chrono::steady_clock::now();
  if (calls == 0) waiting.busy_since_ = now;
  if (now - waiting.busy_since_ >= waiting.busy_wait_max_) return 0;
  constexpr std::chrono::microseconds first{100};
  constexpr std::chrono::microseconds longest{5000};
  const auto grown = std::min(longest, first * (1 << std::min(calls, 6)));
  const auto jitter = std::chrono::microseconds(now.time_since_epoch().count() / 1000 % 97);
  std::this_thread::sleep_for(grown + jitter);
  return 1;
}

statement connection::prepare(std::string_view sql) {
  const auto known = statements_.find(sql);
  if (known == statements_.end()) {
    auto cached = std::make_unique<cached_statement>();
    cached->handle = compile(sql);
    const auto added = statements_.emplace(std::string(sql), std::move(cached)).first;
    return {*this, *added->second};
  }
  if (!known->second->is_lent) return {*this, *known->second};
  auto extra = std::make_unique<cached_statement>();
  extra->handle = compile(sql);
  extra->is_extra = true;
  return {*this, *extra.release()};
}

void connection::give_back(cached_statement& cached) noexcept {
  sqlite3_reset(cached.handle);
  cached.is_lent = false;
  if (!cached.is_extra) return;
  sqlite3_finalize(cached.handle);
  delete &cached;
}

sqlite3_stmt* connection::compile(std::string_view sql) {
  sqlite3_stmt* compiled = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &compiled, nullptr);
  if (code != SQLITE_OK) fail(code, "prepare \"" + std::string(sql) + "\"");
  if (compiled == nullptr) throw usage_error(path_ + ": a statement without SQL was prepared");
  return compiled;
}

void connection::execute(const char* sql, std::string_view doing) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, doing);
}

void connection::fail(int code, std::string_view doing) const {
  throw_error(handle_, code, path_, doing);
}

}  // namespace messagebus::sqlite::detail
