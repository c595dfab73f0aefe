#pragma once

#include <exception>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/service/transaction_base.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace messagebus {

template <class Ports>
class transaction;

namespace detail {

template <class Returned>
struct body_returning {
  static_assert(is_task<Returned>, "this body is no coroutine: run it by within or transact");
  using type = Returned;
};

/// What a body returns that is run by `async_within` or `async_transact`.
template <class Body, class Ports>
using task_of_body =
    typename body_returning<std::invoke_result_t<Body&, transaction<Ports>&>>::type;

}  // namespace detail

/// One business transaction: the application's ports, and when what was done through them lasts.
/// Handlers get it by reference; `transaction->books` is a repository. It ends by `commit` or
/// `rollback` (T2). Thread safety: one thread at a time.
template <class Ports>
class transaction : public transaction_base {
 public:
  /// `exceptions_at_start` tells, when it is destroyed open, whether an error is the reason: for
  /// whoever is sure to end it before, no matter what.
  transaction(std::unique_ptr<transaction_resources_of<Ports>> resources,
              const unit_of_work_options& options,
              int exceptions_at_start = std::uncaught_exceptions())
      : transaction_base(std::move(resources), options, exceptions_at_start),
        ports_(&static_cast<transaction_resources_of<Ports>&>(this->resources()).ports()) {}

  /// Errors: `transaction_error` while a message is being handled in the other.
  // NOLINTNEXTLINE(performance-noexcept-move-constructor): the bus may be at work in the other
  transaction(transaction&& other)
      : transaction_base(std::move(other)), ports_(std::exchange(other.ports_, nullptr)) {}

  /// Errors: `transaction_error` after the transaction was closed or detached.
  Ports* operator->() const { return &ports(); }
  Ports& operator*() const { return ports(); }

  /// Keeps the transaction open beyond its scope, for a reply that is streamed (T6): the one
  /// returned goes on, in the state streaming, and is ended by its `close`. This one may be left.
  /// Errors: `transaction_error` unless it is running or committed, and while a message is being
  /// handled in it.
  [[nodiscard]] transaction detach() { return transaction(*this, detaching{}); }

  /// Runs `body(*this)` as a scope: an error rolls back and goes on to the caller (T3), and so does
  /// leaving without commit, rollback or detach, with a `transaction_error` (T2). Errors:
  /// `transaction_error` when the transaction is not running (T7). Blocking.
  template <class Body>
  std::invoke_result_t<Body, transaction&> within(Body&& body) {
    using result = std::invoke_result_t<Body, transaction&>;
    static_assert(!detail::is_task<result>,
                  "this body is a coroutine: run it by async_within or async_transact");
    if constexpr (std::is_void_v<result>) {
      const auto run = [&] { std::forward<Body>(body)(*this); };
      run_scope(&run, &call<decltype(run)>);
    } else {
      std::optional<result> kept;
      const auto run = [&] { kept.emplace(std::forward<Body>(body)(*this)); };
      run_scope(&run, &call<decltype(run)>);
      return std::move(*kept);
    }
  }

  /// The same for a body that returns a `task`. The transaction outlives the task.
  template <class Body>
  detail::task_of_body<Body, Ports> async_within(Body body) {
    require_running("enter a scope");
    using result = typename detail::task_of_body<Body, Ports>::value_type;
    std::exception_ptr error;
    if constexpr (std::is_void_v<result>) {
      try {
        co_await body(*this);
      } catch (...) {
        error = std::current_exception();
      }
      co_await end_of_scope(error);
      if (error) std::rethrow_exception(error);
    } else {
      std::optional<result> kept;
      try {
        kept.emplace(co_await body(*this));
      } catch (...) {
        error = std::current_exception();
      }
      co_await end_of_scope(error);
      if (error) std::rethrow_exception(error);
      co_return std::move(*kept);
    }
  }

 private:
  transaction(transaction& detached, detaching tag)
      : transaction_base(detached, tag), ports_(std::exchange(detached.ports_, nullptr)) {}

  Ports& ports() const {
    if (ports_ == nullptr || state() == transaction_state::closed) [[unlikely]]
      throw_ended();
    return *ports_;
  }

  template <class Run>
  static void call(const void* run) {
    (*static_cast<const Run*>(run))();
  }

  Ports* ports_;
};

}  // namespace messagebus
