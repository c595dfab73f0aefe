#pragma once

#include <exception>
#include <memory>
#include <messagebus/async/task.hpp>
#include <messagebus/domain/envelope.hpp>
#include <messagebus/domain/message_queue.hpp>
#include <messagebus/domain/message_type.hpp>
#include <messagebus/domain/recorded_message.hpp>
#include <messagebus/ports/transaction_state.hpp>
#include <messagebus/service/participant.hpp>
#include <messagebus/service/transaction_resources.hpp>
#include <messagebus/service/unit_of_work_options.hpp>
#include <string_view>
#include <vector>

namespace messagebus {

namespace detail {
class transaction_access;
}

/// The part of a transaction that does not depend on the application's ports.
class transaction_base {
 public:
  transaction_base(const transaction_base&) = delete;
  transaction_base& operator=(const transaction_base&) = delete;

  transaction_state state() const noexcept { return state_; }

  /// The event store that this transaction writes to, for messages that come from elsewhere than
  /// the bus: an import, a copy of another log. Errors: `transaction_error` when it is not running.
  message_store& store() const;

  /// Writes the state and the handled messages in one database transaction (T5), then tells the
  /// dependencies that took part. What a model raises afterwards is not kept. Errors:
  /// `transaction_error` when the transaction is not running (T4), when a message is being handled
  /// or has failed in it, and when models hold messages that no `handle` has collected (R4), which
  /// would be lost: only a rollback is left then; the database's, and nothing was kept then;
  /// `commit_outcome_unknown_error`, and then the transaction is closed and no dependency is told
  /// anything (T9). Blocking.
  void commit();
  task<> async_commit();

  /// Drops the state and the messages. Errors: `transaction_error` when it is not running, or while
  /// a message is being handled: a handler that wants to undo throws. Blocking.
  void rollback();
  task<> async_rollback();

  /// Ends a detached transaction, by a rollback unless it was committed before (T6), or one that
  /// was committed or rolled back. Errors: `transaction_error` when it is closed already, or still
  /// running (T2). Blocking.
  void close();
  task<> async_close();

 protected:
  transaction_base(std::unique_ptr<transaction_resources> resources,
                   const unit_of_work_options& options, int exceptions_at_start);
  /// Errors: `transaction_error` while a message is being handled in the other.
  // NOLINTNEXTLINE(performance-noexcept-move-constructor): the bus may be at work in the other
  transaction_base(transaction_base&& other);
  /// Leaving an open transaction rolls it back and tells the error hook, since a destructor cannot
  /// throw.
  ~transaction_base();

  transaction_resources& resources() const noexcept { return *resources_; }

  struct detaching {};
  /// Takes over what a transaction holds (T6); the other may be left then. Errors:
  /// `transaction_error` unless it is running or committed.
  transaction_base(transaction_base& detached, detaching tag);

  /// A blocking scope around `call(body)`.
  void run_scope(const void* body, void (*call)(const void* body));
  /// How every scope ends (T2, T3, T6): `error` is what left it, or null.
  task<> end_of_scope(const std::exception_ptr& error);

  /// Throws `transaction_error` unless the transaction is running; `what` is what was wanted of it.
  void require_running(std::string_view what) const;
  /// The ports were asked for, and have ended.
  [[noreturn]] void throw_ended() const;

 private:
  friend class detail::transaction_access;

  /// Throws `transaction_error` while a message is being handled.
  void require_idle(std::string_view what) const;
  void require_committable();
  void require_collected();
  void require_detachable() const;
  void begin_handling();
  void end_handling(bool failed) noexcept;

  task<> begin_commit();
  task<> end_commit(task<> committing);
  task<> end_failed_commit(std::exception_ptr failure);
  task<> end_of_open_scope(bool was_left_by_mistake);
  task<> roll_back();
  /// The session has ended: says so to the dependencies that took part (D4).
  task<> finish(transaction_state outcome);
  task<> tell_participants();
  void tell_participants_without_waiting() noexcept;
  void report(std::string_view where, const std::exception& error) const noexcept;
  void report(std::string_view where, const std::exception_ptr& error) const noexcept;
  void close_now() noexcept;
  void leave_open(bool left_by_error) noexcept;

  std::unique_ptr<transaction_resources> resources_;
  const unit_of_work_options* options_;
  transaction_state state_ = transaction_state::running;
  bool committed_ = false;
  bool handles_ = false;
  bool failed_ = false;
  int exceptions_at_start_;
  std::vector<std::unique_ptr<detail::participant>> participants_;
};

}  // namespace messagebus
