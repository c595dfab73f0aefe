#pragma once

#include <chrono>
#include <messagebus/domain/message_type.hpp>
#include <messagebus/ports/transaction_state.hpp>

namespace messagebus {

/// What units of work and the bus count (O1). The default does nothing; override what you want.
/// Thread safety: called by many threads at once. Must not throw.
class metrics {
 public:
  metrics() = default;
  metrics(const metrics&) = delete;
  metrics& operator=(const metrics&) = delete;
  virtual ~metrics() = default;

  virtual void transaction_started() noexcept {}
  /// A scope was left by an error; `transaction_closed` follows.
  virtual void transaction_failed() noexcept {}
  /// `status` is what became of the transaction: committed or rolledback, or closed when nobody
  /// knows the outcome of its commit (T9).
  virtual void transaction_closed(transaction_state /*status*/) noexcept {}
  /// Once for every message that the bus takes on, handled by somebody or not.
  virtual void message_processed(const message_type& /*type*/) noexcept {}
  /// A call of `handle` with a command has ended, well or badly; the time includes all messages it
  /// set off.
  virtual void command_processed(const message_type& /*type*/,
                                 std::chrono::nanoseconds /*duration*/) noexcept {}
};

}  // namespace messagebus
