#include <messagebus/sqlite/detail/group_member.hpp>

#include <messagebus/async/sync_wait.hpp>
#include <messagebus/service/transaction_access.hpp>

#include "group.hpp"
#include "writer.hpp"

namespace messagebus::sqlite::detail {

void group_member::take_part() {
  member_turn own(*this);
  if (writer_.wait_for(own) == turn_queue::outcome::done) return;
  group led(writer_, own);
  led.run();
}

detail::connection& group_member::connection() noexcept {
  return writer_.connection();
}

message_store& group_member::store() noexcept {
  return writer_.gathered();
}

void group_member::commit() {
  if (commit_error_) std::rethrow_exception(commit_error_);
}

// The leader undoes what was done: this is only told of it.
void group_member::rollback() noexcept {}

void group_member::end(transaction_base* transaction) {
  if (transaction == nullptr) std::rethrow_exception(body_error_ ? body_error_ : commit_error_);
  messagebus::detail::transaction_access access(*transaction);
  try {
    if (body_error_) std::rethrow_exception(body_error_);
    transaction->commit();
  } catch (...) {
    sync_wait(access.end_of_scope(std::current_exception()));
    throw;
  }
  sync_wait(access.end_of_scope(nullptr));
}

}  // namespace messagebus::sqlite::detail
