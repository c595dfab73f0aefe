#pragma once

#include <messagebus/service/transaction_base.hpp>
#include <messagebus/sqlite/detail/group_member.hpp>

namespace messagebus::sqlite::detail {

/// Returns when it is decided what becomes of the member. Errors: `usage_error` when this thread
/// has a transaction open on the same database; `errc::busy`.
void run_in_group(group_member& member);

/// Commits the transaction of a member, or ends it by the error of its body, as its own caller.
/// `transaction` is null when it could not be made. Errors: that of the body, or of the common
/// commit.
void finish(const group_member& member, transaction_base* transaction);

}  // namespace messagebus::sqlite::detail
