#pragma once

#include <sqlite3.h>

#include <exception>
#include <messagebus/ports/log_page.hpp>

#include "connection.hpp"

namespace messagebus::sqlite::detail {

/// Fills pages with rows of the log. It is a function of SQL, `messagebus_take(…)` over the columns
/// of a message, which takes the row that it is called for into the page, and is true when the page
/// is full: SQLite then runs over all rows of a page within one step, and gives each row's values
/// at once. To ask for rows and columns one by one takes half as long again. One for a connection.
class page_filler {
 public:
  explicit page_filler(connection& connection);
  page_filler(const page_filler&) = delete;
  page_filler& operator=(const page_filler&) = delete;

  /// Runs a statement that calls the function, until the page is full or there are no more rows.
  /// Precondition: the page is not full.
  /// Errors: `errc::storage_corrupt` when a row is no message; those of the database.
  void fill(log_page& page, sqlite3_stmt* statement);

 private:
  static void take(sqlite3_context* context, int count, sqlite3_value** values) noexcept;
  void take(sqlite3_value* const* values);

  connection& connection_;
  log_page* page_ = nullptr;
  std::exception_ptr error_;
};

}  // namespace messagebus::sqlite::detail
