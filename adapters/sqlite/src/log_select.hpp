#pragma once

#include <messagebus/ports/log_query.hpp>
#include <string>
#include <string_view>

struct sqlite3_stmt;

namespace messagebus::sqlite::detail {

/// The statement that takes the messages which match a query, by the function of a `page_filler`.
std::string select_of(const log_query& query);

/// Fills its parameters: `after` and `up_to` bound the positions that are looked at. Texts of the
/// query are lent until the statement is reset.
void bind_select(sqlite3_stmt* statement, const log_query& query, position after, position up_to);

/// The statement that reads one message by its id, its parameter.
std::string_view select_by_id();

}  // namespace messagebus::sqlite::detail
