#pragma once

#include <messagebus/domain/position.hpp>
#include <messagebus/ports/log_query.hpp>

#include "connection.hpp"

namespace messagebus::sqlite::detail {

/// Watches one page of the log being read. In a damaged file a row with a wrong position ends the
/// reading early, or leads to others a second time, and SQLite says nothing: what was leapt over is
/// looked for by other ways. Can tell nothing of a query that leaves messages out by anything
/// but their position.
class order_check {
 public:
  /// Expects the positions behind `after` up to `up_to`, in the order of the query.
  order_check(connection& connection, const log_query& query, position after, position up_to);

  /// The next position that was read. Errors: `errc::storage_corrupt`.
  void follow(position next) {
    if (!is_watching_) return;
    if (next.value != expected_) look_between(next.value);
    expected_ = next.value + step_;
  }

  /// There was no further one. Errors: `errc::storage_corrupt`.
  void finish() {
    if (is_watching_ && expected_ != end_) look_between(end_);
  }

 private:
  /// `next` is not the one that was expected: are others in between, or behind?
  void look_between(std::int64_t next);
  [[noreturn]] void fail(std::int64_t place) const;

  connection& connection_;
  bool is_watching_;
  std::int64_t step_;      // 1 forwards, -1 backwards
  std::int64_t expected_;  // where the next one stands, when none was deleted
  std::int64_t end_;       // the first place that is not asked for any more
};

}  // namespace messagebus::sqlite::detail
