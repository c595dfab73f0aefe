#include "alone_transaction.hpp"

#include <messagebus/domain/error.hpp>
#include <utility>

namespace messagebus::sqlite::detail {

alone_transaction::alone_transaction(writer& writer) : writer_(writer) {
  turn own(turn::kind::alone);
  writer_.wait_for(own);
  try {
    writer_.begin();
  } catch (...) {
    writer_.queue().hand_over();
    throw;
  }
  is_open_ = true;
}

void alone_transaction::commit() {
  try {
    writer_.insert_gathered();
    writer_.commit();
  } catch (...) {
    rollback();
    throw;
  }
  is_open_ = false;
  writer_.queue().hand_over();
}

void alone_transaction::rollback() noexcept {
  if (!std::exchange(is_open_, false)) return;
  writer_.roll_back();
  writer_.queue().hand_over();
}

}  // namespace messagebus::sqlite::detail
