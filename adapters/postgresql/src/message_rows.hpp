#pragma once

#include <messagebus/domain/recorded_message.hpp>
#include <messagebus/postgresql/rows.hpp>

namespace messagebus::postgresql::detail {

/// Reads row `number` of a result with the columns of `log_statements::columns`. Errors:
/// `errc::storage_corrupt` when the table is not as this version made it.
void read_message(const rows& from, int number, recorded_message& into);

/// Throws when the columns have not the types that they were made with. Once a result.
void check_columns(const rows& from);

}  // namespace messagebus::postgresql::detail
