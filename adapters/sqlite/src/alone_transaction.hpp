#pragma once

#include <messagebus/sqlite/detail/session_host.hpp>

#include "turn_queue.hpp"
#include "writer.hpp"

namespace messagebus::sqlite::detail {

/// A transaction that has the writer to itself until it ends.
class alone_transaction final : public session_host {
 public:
  /// Waits for its turn and begins. Errors: those of `writer::wait_for` and `writer::begin`.
  explicit alone_transaction(writer& writer);
  ~alone_transaction() override { rollback(); }

  detail::connection& connection() noexcept override { return writer_.connection(); }
  message_store& store() noexcept override { return writer_.gathered(); }
  void commit() override;
  void rollback() noexcept override;

 private:
  writer& writer_;
  bool is_open_ = false;
};

}  // namespace messagebus::sqlite::detail
