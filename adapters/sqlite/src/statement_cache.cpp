#include "statement_cache.hpp"

#include <sqlite3.h>

#include <cstring>
#include <functional>

#include "connection.hpp"

namespace messagebus::sqlite::detail {
namespace {

std::uint64_t eight_bytes(const char* at) noexcept {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, at, sizeof bytes);
  return bytes;
}

}  // namespace

std::size_t statement_cache::text_hash::operator()(std::string_view sql) const noexcept {
  constexpr std::uint64_t odd = 0x9E37'79B9'7F4A'7C15;
  if (sql.size() < 8) return std::hash<std::string_view>()(sql);
  std::uint64_t hash = sql.size();
  for (const std::size_t at : {std::size_t{0}, sql.size() / 2 - 4, sql.size() - 8}) {
    hash = (hash ^ eight_bytes(sql.data() + at)) * odd;
    hash ^= hash >> 32U;
  }
  return hash;
}

void statement_cache::clear() noexcept {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement.handle);
  statements_.clear();
}

cached_statement& statement_cache::take(std::string_view sql) {
  auto known = statements_.find(sql);
  if (known != statements_.end() && known->second.is_lent) {
    // A statement that runs within the loop over its own rows.
    sqlite3_stmt* const handle = connection_.compile(sql);
    return *new cached_statement{handle, sqlite3_bind_parameter_count(handle), true, false};
  }
  if (known == statements_.end()) {
    if (statements_.size() >= statements_max) drop_longest_unused();
    sqlite3_stmt* const handle = connection_.compile(sql);
    known = statements_.emplace(sql, cached_statement{handle, sqlite3_bind_parameter_count(handle)})
                .first;
  }
  known->second.is_lent = true;
  known->second.last_lent = ++lent_count_;
  return known->second;
}

void statement_cache::give_back(cached_statement& statement) noexcept {
  if (statement.is_kept) {
    sqlite3_reset(statement.handle);
    statement.is_lent = false;
    statement.next_lent = nullptr;
  } else {
    sqlite3_finalize(statement.handle);
    delete &statement;
  }
}

void statement_cache::drop_longest_unused() noexcept {
  auto oldest = statements_.end();
  for (auto at = statements_.begin(); at != statements_.end(); ++at) {
    if (at->second.is_lent) continue;
    if (oldest == statements_.end() || at->second.last_lent < oldest->second.last_lent) oldest = at;
  }
  if (oldest == statements_.end()) return;
  sqlite3_finalize(oldest->second.handle);
  statements_.erase(oldest);
}

}  // namespace messagebus::sqlite::detail
