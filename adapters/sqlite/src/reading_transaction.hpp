#pragma once

#include <messagebus/sqlite/detail/session_host.hpp>

#include <messagebus/domain/error.hpp>

#include "connection.hpp"

namespace messagebus::sqlite::detail {

/// A transaction that sees what was committed when it began, and writes nothing.
class reading_transaction final : public session_host {
 public:
  explicit reading_transaction(detail::connection& connection) : connection_(connection) {
    connection_.run_script("BEGIN", "begin to read");
  }
  ~reading_transaction() override { rollback(); }

  detail::connection& connection() noexcept override { return connection_; }
  message_store& store() noexcept override { return sinkhole_store::instance(); }
  void commit() override { rollback(); }
  void rollback() noexcept override {
    if (!connection_.is_in_transaction()) return;
    try {
      connection_.run_script("ROLLBACK", "end reading");
    } catch (const error&) {  // NOLINT(bugprone-empty-catch): it only read
    }
  }

 private:
  detail::connection& connection_;
};

}  // namespace messagebus::sqlite::detail
