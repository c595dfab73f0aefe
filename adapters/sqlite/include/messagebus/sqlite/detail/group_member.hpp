#pragma once

#include <exception>
#include <messagebus/sqlite/detail/session_host.hpp>
#include <messagebus/sqlite/detail/turn.hpp>

namespace messagebus::sqlite::detail {

class writer;

/// One unit of work that may be committed together with others.
///
/// Whoever leads the group calls `run` and decides what becomes of it. Then its own caller, on its
/// own thread, commits its transaction, which only hears the decision.
class group_member : public session_host, public turn {
 public:
  explicit group_member(detail::writer& writer) noexcept
      : turn(turn::kind::in_group), writer_(writer) {}

  detail::connection& connection() noexcept override;
  message_store& store() noexcept override;
  /// Errors: `usage_error` while `run` runs: the leader commits; then what it was decided.
  void commit() override;
  void rollback() noexcept override;

  /// What the body threw, or null.
  const std::exception_ptr& body_error() const noexcept { return body_error_; }

 private:
  friend class detail::writer;

  enum class decision { open, rolled_back, committed, failed };

  /// Makes the transaction, and runs its body up to where it would commit. Throws what the body
  /// throws.
  virtual void run() = 0;

  detail::writer& writer_;
  decision decision_ = decision::open;
  bool has_savepoint_ = false;
  std::exception_ptr body_error_;
  std::exception_ptr commit_error_;
};

}  // namespace messagebus::sqlite::detail
