#pragma once

#include <exception>
#include <messagebus/sqlite/detail/session_host.hpp>

namespace messagebus {
class transaction_base;
}

namespace messagebus::sqlite::detail {

class writer;

/// One unit of work that may be committed together with others.
///
/// Whoever leads the group calls `run` and decides what becomes of it. Then its own caller, on its
/// own thread, commits its transaction, which only hears the decision.
class group_member : public session_host {
 public:
  explicit group_member(detail::writer& writer) noexcept : writer_(writer) {}

  /// Returns when it is decided what becomes of this member, having run others perhaps. Errors:
  /// `usage_error` in a handler of the same database, and on the thread of an event loop;
  /// `errc::busy`. Blocking.
  void take_part();

  detail::connection& connection() noexcept override;
  message_store& store() noexcept override;
  void commit() override;
  void rollback() noexcept override;

 protected:
  /// Ends the transaction as its caller does: by the error of its body, or by a commit that hears
  /// the decision. `transaction` is null when it could not be made. Errors: that of the body, or of
  /// the common commit.
  void end(transaction_base* transaction);

 private:
  friend class group;

  /// Makes the transaction, and runs its body up to where it would commit. Throws what the body
  /// throws.
  virtual void run() = 0;

  detail::writer& writer_;
  /// Null until the body, or the common commit, has failed.
  std::exception_ptr body_error_;
  std::exception_ptr commit_error_;
};

}  // namespace messagebus::sqlite::detail
