#include "page_filler.hpp"

#include <utility>

#include "message_rows.hpp"

namespace messagebus::sqlite::detail {

page_filler::page_filler(connection& connection) : connection_(connection) {
  const int code = sqlite3_create_function_v2(
      connection.handle(), "messagebus_take", message_columns_count,
      SQLITE_UTF8 | SQLITE_DIRECTONLY, this, &page_filler::take, nullptr, nullptr, nullptr);
  connection.require_ok(code, "make ready to read the log");
}

void page_filler::fill(log_page& page, sqlite3_stmt* statement) {
  page_ = &page;
  const int code = sqlite3_step(statement);
  page_ = nullptr;
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  connection_.require_ok(code, "read the log");
}

void page_filler::take(sqlite3_context* context, int /*count*/, sqlite3_value** values) noexcept {
  auto& self = *static_cast<page_filler*>(sqlite3_user_data(context));
  try {
    self.take(values);
    sqlite3_result_int(context, self.page_->is_full() ? 1 : 0);
  } catch (...) {
    self.error_ = std::current_exception();
    sqlite3_result_error(context, "a row is no message", -1);
  }
}

void page_filler::take(sqlite3_value* const* values) {
  recorded_message& slot = page_->next_slot();
  try {
    read_message(connection_, values, slot);
  } catch (...) {
    page_->drop_last_slot();
    throw;
  }
}

}  // namespace messagebus::sqlite::detail
