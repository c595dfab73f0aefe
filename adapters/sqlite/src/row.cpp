#include <messagebus/sqlite/row.hpp>

#include <sqlite3.h>

#include <cstring>
#include <messagebus/domain/error.hpp>

namespace messagebus::sqlite {
namespace {

std::string place(sqlite3_stmt* statement, int column) {
  return "column " + std::to_string(column) + " of \"" + sqlite3_sql(statement) + "\"";
}

}  // namespace

bool row::is_null(int column) const {
  if (sqlite3_column_type(statement_, column) != SQLITE_NULL) return false;
  // SQLite calls what is not there NULL as well.
  if (column < 0 || column >= sqlite3_column_count(statement_)) {
    throw usage_error(place(statement_, column) + ": there is no such column; the first is 0");
  }
  return true;
}

// SQLite itself would read "abc" as 0 and 1.9 as 1.
std::int64_t row::integer(int column) const {
  if (sqlite3_column_type(statement_, column) != SQLITE_INTEGER) {
    throw_other_type(column, "an integer");
  }
  return sqlite3_column_int64(statement_, column);
}

double row::real(int column) const {
  const int type = sqlite3_column_type(statement_, column);
  if (type != SQLITE_FLOAT && type != SQLITE_INTEGER) throw_other_type(column, "a number");
  return sqlite3_column_double(statement_, column);
}

std::string_view row::text(int column) const noexcept {
  const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::span<const std::byte> row::blob(int column) const noexcept {
  const auto* const data = static_cast<const std::byte*>(sqlite3_column_blob(statement_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

uuid row::id(int column) const {
  const auto bytes = blob(column);
  uuid value;
  if (bytes.size() != value.bytes.size()) {
    throw usage_error(place(statement_, column) + " is no uuid: it has " +
                      std::to_string(bytes.size()) + " bytes, and a uuid is a blob of 16");
  }
  std::memcpy(value.bytes.data(), bytes.data(), bytes.size());
  return value;
}

void row::require_value(int column) const {
  if (!is_null(column)) return;
  throw usage_error(place(statement_, column) +
                    " is NULL: read it as an optional, or exclude NULL in the statement");
}

void row::throw_other_type(int column, const char* wanted) const {
  const int type = sqlite3_column_type(statement_, column);
  const char* const found = type == SQLITE_TEXT    ? "text"
                            : type == SQLITE_FLOAT ? "a floating-point number"
                                                   : "a blob";
  throw usage_error(place(statement_, column) + " is " + found + " and was read as " + wanted +
                    ": read it as what it is, or cast it in the statement");
}

void row::throw_out_of_range(int column) const {
  throw usage_error(place(statement_, column) + " is " + std::string(text(column)) +
                    ", which does not fit the type it is read as");
}

}  // namespace messagebus::sqlite
