#include <messagebus/sqlite/statement.hpp>

#include <sqlite3.h>

#include <cstring>
#include <messagebus/domain/error.hpp>

#include "connection.hpp"

namespace messagebus::sqlite {

statement::statement(detail::connection& connection, detail::cached_statement& cached) noexcept
    : connection_(&connection), cached_(&cached), handle_(cached.handle) {
  cached.is_lent = true;
}

statement::statement(statement&& other) noexcept
    : connection_(other.connection_),
      cached_(std::exchange(other.cached_, nullptr)),
      handle_(other.handle_) {}

statement::~statement() {
  if (cached_ != nullptr) connection_->give_back(*cached_);
}

void statement::check(int result) const {
  if (result == SQLITE_OK) [[likely]]
    return;
  connection_->fail(result, "bind a parameter of \"" + std::string(sqlite3_sql(handle_)) + "\"");
}

void statement::bind_at(int index, std::nullptr_t) {
  check(sqlite3_bind_null(handle_, index));
}

void statement::bind_integer(int index, std::int64_t value) {
  check(sqlite3_bind_int64(handle_, index, value));
}

void statement::bind_at(int index, double value) {
  check(sqlite3_bind_double(handle_, index, value));
}

void statement::bind_at(int index, std::string_view text) {
  // A null pointer would be NULL and not empty text.
  const char* data = text.data() == nullptr ? "" : text.data();
  check(sqlite3_bind_text64(handle_, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void statement::bind_at(int index, const uuid& id) {
  check(sqlite3_bind_blob(handle_, index, id.bytes.data(), static_cast<int>(id.bytes.size()),
                          SQLITE_STATIC));
}

bool statement::step() {
  const int result = sqlite3_step(handle_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  // Resetting keeps the error for its message, and lets the transaction go on.
  try {
    connection_->fail(result, "run \"" + std::string(sqlite3_sql(handle_)) + "\"");
  } catch (...) {
    sqlite3_reset(handle_);
    throw;
  }
}

void statement::reset() noexcept {
  sqlite3_reset(handle_);
}

bool statement::is_null(int index) const noexcept {
  return sqlite3_column_type(handle_, index) == SQLITE_NULL;
}

std::int64_t statement::integer(int index) const noexcept {
  return sqlite3_column_int64(handle_, index);
}

double statement::real(int index) const noexcept {
  return sqlite3_column_double(handle_, index);
}

std::string_view statement::text(int index) const noexcept {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_, index));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(handle_, index))};
}

uuid statement::id(int index) const {
  uuid value;
  const void* blob = sqlite3_column_blob(handle_, index);
  const auto bytes = static_cast<std::size_t>(sqlite3_column_bytes(handle_, index));
  if (blob == nullptr || bytes != value.bytes.size()) {
    throw error(errc::storage_corrupt, connection_->path() + ": column " + std::to_string(index) +
                                           " of \"" + sqlite3_sql(handle_) +
                                           "\" is no id of 16 bytes");
  }
  std::memcpy(value.bytes.data(), blob, bytes);
  return value;
}

}  // namespace messagebus::sqlite
