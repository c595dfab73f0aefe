#pragma once

#include <memory>
#include <messagebus/service/transaction_base.hpp>

namespace messagebus::detail {

/// What the bus and the adapters do with a transaction, and applications do not.
class transaction_access {
 public:
  explicit transaction_access(transaction_base& transaction) noexcept : transaction_(transaction) {}

  /// One message and those it sets off are handled at a time. Errors: `transaction_error`.
  void begin_handling() { transaction_.begin_handling(); }
  /// `failed`: something was done and not all of it, so the transaction can only roll back.
  void end_handling(bool failed) noexcept { transaction_.end_handling(failed); }
  messagebus::metrics* metrics() const noexcept { return transaction_.options_->metrics; }
  clock& time() const noexcept;
  id_source& ids() const noexcept;

  void collect(message_queue& queue) { transaction_.resources_->collect(queue); }
  /// Adds a handled message to the store (B5). Errors: `encode_error`; `errc::limit_exceeded`.
  void record(const message_type& type, const message_header& header, const void* envelope);
  void take_part(std::unique_ptr<participant> joining);

  /// For an adapter that commits many transactions at once: throws what `commit` would throw before
  /// it touches the session.
  void require_committable() { transaction_.require_committable(); }
  /// The session has been committed, or rolled back, by somebody else; `closed` says that nobody
  /// knows which (T9).
  task<> finish(transaction_state outcome) { return transaction_.finish(outcome); }
  task<> end_of_scope(const std::exception_ptr& error) { return transaction_.end_of_scope(error); }

 private:
  transaction_base& transaction_;
};

}  // namespace messagebus::detail
