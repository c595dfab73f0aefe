#pragma once

#include <string_view>

namespace messagebus::postgresql::detail {

/// Whether a statement would end the transaction that it runs in: COMMIT, ROLLBACK without TO,
/// their other names, PREPARE TRANSACTION.
bool ends_transaction(std::string_view sql) noexcept;

}  // namespace messagebus::postgresql::detail
