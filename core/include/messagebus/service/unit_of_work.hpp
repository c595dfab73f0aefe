#pragma once

#include <chrono>
#include <memory>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/async/task.hpp>
#include <messagebus/domain/uuid.hpp>
#include <messagebus/service/transaction.hpp>
#include <messagebus/service/unit_of_work_options.hpp>
#include <utility>

namespace messagebus {

/// What a unit of work runs in a transaction of its own: a reference to a callable that lives
/// longer.
template <class Ports>
class transaction_body {
 public:
  template <class Callable>
  explicit transaction_body(Callable& callable) noexcept
      : callable_(&callable), call_([](void* target, transaction<Ports>& transaction) {
          (*static_cast<Callable*>(target))(transaction);
        }) {}

  void operator()(transaction<Ports>& transaction) const { call_(callable_, transaction); }

 private:
  void* callable_;
  void (*call_)(void* target, transaction<Ports>& transaction);
};

/// What is the same of every unit of work, whatever its ports are.
class unit_of_work_base {
 public:
  unit_of_work_base(const unit_of_work_base&) = delete;
  unit_of_work_base& operator=(const unit_of_work_base&) = delete;
  virtual ~unit_of_work_base() = default;

  /// Whether the log has a message of this id: how to find out what became of a commit of unknown
  /// outcome (T9). Errors: those of reading; `usage_error` where the adapter cannot tell.
  virtual task<bool> has_message(uuid message_id);

  /// Waits before another attempt; an adapter that waits without blocking does so here as well.
  /// Errors: `usage_error` on the thread of an event loop.
  virtual task<> pause(std::chrono::microseconds duration);

  const unit_of_work_options& options() const noexcept { return options_; }

 protected:
  /// Errors: `usage_error` when an option is out of its range.
  explicit unit_of_work_base(unit_of_work_options options);

 private:
  unit_of_work_options options_;
};

/// Repositories and event store behind one business transaction. An adapter derives from it;
/// `Ports` is the application's aggregate of references to its repositories. Lifetime: outlives its
/// transactions. Thread safety: one object serves many threads, each with transactions of its own.
template <class Ports>
class unit_of_work : public unit_of_work_base {
 public:
  /// A transaction that the caller ends by commit or rollback. Errors: the database's, when it
  /// cannot be reached or others hold it for too long. Blocking.
  [[nodiscard]] transaction<Ports> begin() { return {sync_wait(open()), options()}; }
  task<transaction<Ports>> async_begin() {
    co_return transaction<Ports>(co_await open(), options());
  }

  /// Runs `body(transaction)` in a scope (T2, T3) and returns what it returns. Errors: those of
  /// `begin` and of the body; `transaction_error` when the body leaves it open. Blocking.
  template <class Body>
  decltype(auto) transact(Body&& body) {
    return begin().within(std::forward<Body>(body));
  }

  /// The same for a body that returns a `task`. The body is kept by the task; what it refers to
  /// outlives it.
  template <class Body>
  detail::task_of_body<Body, Ports> async_transact(Body body) {
    transaction<Ports> running = co_await async_begin();
    co_return co_await running.async_within(std::move(body));
  }

  /// Runs `body` in a transaction and commits it; when this returns, it has been kept. An adapter
  /// may commit several callers at once, and then runs a body on the thread of one of them. Errors:
  /// those of the body and of the commit. Blocking.
  virtual void run_and_commit(const transaction_body<Ports>& body) {
    transact([&](transaction<Ports>& transaction) {
      body(transaction);
      transaction.commit();
    });
  }

 protected:
  explicit unit_of_work(unit_of_work_options options) : unit_of_work_base(std::move(options)) {}

 private:
  virtual task<std::unique_ptr<transaction_resources_of<Ports>>> open() = 0;
};

}  // namespace messagebus
