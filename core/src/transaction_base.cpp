#include <cstdio>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/service/transaction_base.hpp>
#include <string>
#include <utility>

namespace messagebus {
namespace {

// How a transaction ends is not cut short by a stop.
task<> shielded(task<> ending) noexcept {
  ending.shield();
  return ending;
}

}  // namespace

void print_error(std::string_view where, const std::exception& error) {
  std::fprintf(stderr, "messagebus: %.*s: %s\n", static_cast<int>(where.size()), where.data(),
               error.what());
}

transaction_base::transaction_base(std::unique_ptr<transaction_resources> resources,
                                   const unit_of_work_options& options, int exceptions_at_start)
    : resources_(std::move(resources)),
      options_(&options),
      exceptions_at_start_(exceptions_at_start) {
  if (options_->metrics != nullptr) options_->metrics->transaction_started();
}

// NOLINTNEXTLINE(performance-noexcept-move-constructor): the bus may be at work in the other
transaction_base::transaction_base(transaction_base&& other)
    : resources_((other.require_idle("move"), std::move(other.resources_))),
      options_(other.options_),
      state_(std::exchange(other.state_, transaction_state::closed)),
      committed_(other.committed_),
      failed_(other.failed_),
      exceptions_at_start_(other.exceptions_at_start_),
      participants_(std::move(other.participants_)) {}

transaction_base::transaction_base(transaction_base& detached, detaching /*tag*/)
    : transaction_base((detached.require_detachable(), std::move(detached))) {
  state_ = transaction_state::streaming;
  // NOLINTNEXTLINE(bugprone-use-after-move): what was moved from is left in a state of its own
  detached.state_ = transaction_state::streaming;
}

transaction_base::~transaction_base() {
  if (resources_ == nullptr) return;
  const bool left_by_error = std::uncaught_exceptions() > exceptions_at_start_;
  if (left_by_error && options_->metrics != nullptr) options_->metrics->transaction_failed();
  if (state_ == transaction_state::running || state_ == transaction_state::streaming) {
    leave_open(left_by_error);
  }
  close_now();
}

void transaction_base::require_running(std::string_view what) const {
  if (state_ == transaction_state::running) return;
  throw transaction_error("cannot " + std::string(what) + ": the transaction is " +
                          std::string(to_string(state_)) + ", and only a running one can");
}

void transaction_base::throw_ended() const {
  throw transaction_error("the repositories of a transaction end with it, and this one is " +
                          std::string(to_string(state_)));
}

void transaction_base::require_idle(std::string_view what) const {
  if (!handles_) return;
  throw transaction_error(
      "cannot " + std::string(what) +
      " while a message is being handled in the transaction: a handler raises further messages on "
      "a model and throws what ends the transaction, and whoever called the bus commits");
}

void transaction_base::require_detachable() const {
  require_idle("detach");
  if (state_ != transaction_state::committed) require_running("detach");
}

void transaction_base::require_committable() {
  require_running("commit");
  require_idle("commit");
  if (failed_) {
    throw transaction_error(
        "cannot commit: a message has failed in this transaction, and what it raised was not "
        "handled; roll back and run the unit of work again");
  }
  require_collected();
}

// The state would be kept, and what it says of itself would not.
void transaction_base::require_collected() {
  message_queue raised;
  resources_->collect(raised);
  if (raised.empty()) return;
  failed_ = true;  // the models do not have them any more
  throw transaction_error(
      "cannot commit: models hold " + std::to_string(raised.size()) +
      " messages that were raised behind the last message of the bus, or without one, and that "
      "nobody would handle; the first is " +
      raised.front().to_string() +
      ": raise them in a handler or before one is called, or drop them by messages.clear()");
}

void transaction_base::begin_handling() {
  require_running("handle a message");
  require_idle("hand in a message");
  if (failed_) {
    throw transaction_error(
        "cannot handle a message: another has failed in this transaction; roll back and begin a "
        "new one");
  }
  handles_ = true;
}

void transaction_base::end_handling(bool failed) noexcept {
  handles_ = false;
  if (failed) failed_ = true;
}

message_store& transaction_base::store() const {
  require_running("write to the event store");
  return resources_->session().store();
}

void transaction_base::commit() {
  detail::refuse_to_block_an_event_loop();
  sync_wait(begin_commit());
}

task<> transaction_base::async_commit() {
  co_await begin_commit();
}

// No coroutine where the session's commit waits for nothing, as on a local disk.
task<> transaction_base::begin_commit() {
  require_committable();
  // Until the session has answered, nobody knows what became of it; and when it says that it does
  // not know, this is how it stays.
  state_ = transaction_state::closed;
  task<> committing;
  try {
    // Whoever asks to stop now would have to be told that nobody knows what became of it.
    committing = shielded(resources_->session().commit());
  } catch (const commit_outcome_unknown_error&) {
    throw;
  } catch (...) {
    return end_failed_commit(std::current_exception());
  }
  return committing ? end_commit(std::move(committing)) : finish(transaction_state::committed);
}

task<> transaction_base::end_commit(task<> committing) {
  std::exception_ptr failure;
  try {
    co_await std::move(committing);
  } catch (const commit_outcome_unknown_error&) {
    throw;
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) co_await end_failed_commit(failure);  // throws it
  co_await finish(transaction_state::committed);
}

task<> transaction_base::end_failed_commit(std::exception_ptr failure) {
  co_await finish(transaction_state::rolledback);
  std::rethrow_exception(failure);
}

void transaction_base::rollback() {
  sync_wait(async_rollback());
}

task<> transaction_base::async_rollback() {
  require_running("roll back");
  require_idle("roll back");
  co_await roll_back();
}

task<> transaction_base::roll_back() {
  std::exception_ptr failure;
  try {
    co_await shielded(resources_->session().rollback());
  } catch (...) {
    failure = std::current_exception();
  }
  // A session that is destroyed rolls back as well: this is no reason to hide what led here.
  if (failure) report("rollback", failure);
  co_await finish(transaction_state::rolledback);
}

void transaction_base::close() {
  sync_wait(async_close());
}

task<> transaction_base::async_close() {
  if (state_ == transaction_state::closed) {
    throw transaction_error("cannot close: the transaction is closed already");
  }
  if (state_ == transaction_state::running) {
    throw transaction_error(
        "cannot close a running transaction: it must be explicitly closed by commit or rollback");
  }
  if (resources_ == nullptr) {
    throw transaction_error(
        "cannot close: the transaction was detached; close the one that detach returned");
  }
  if (state_ == transaction_state::streaming && !committed_) co_await roll_back();
  close_now();
}

void transaction_base::run_scope(const void* body, void (*call)(const void* body)) {
  detail::refuse_to_block_an_event_loop();
  require_running("enter a scope");
  try {
    call(body);
  } catch (...) {
    sync_wait(end_of_scope(std::current_exception()));
    throw;
  }
  sync_wait(end_of_scope(nullptr));
}

task<> transaction_base::end_of_scope(const std::exception_ptr& error) {
  if (resources_ == nullptr) return {};  // detached, or closed within the scope
  if (error && options_->metrics != nullptr) options_->metrics->transaction_failed();
  if (state_ == transaction_state::running) return end_of_open_scope(!error);
  close_now();
  return {};
}

task<> transaction_base::end_of_open_scope(bool was_left_by_mistake) {
  co_await roll_back();
  close_now();
  if (!was_left_by_mistake) co_return;
  throw transaction_error(
      "the transaction must be explicitly closed: its scope was left without commit or rollback, "
      "and nothing was kept");
}

task<> transaction_base::finish(transaction_state outcome) {
  state_ = outcome;
  committed_ = outcome == transaction_state::committed;
  if (participants_.empty() || outcome == transaction_state::closed) return {};
  return tell_participants();
}

namespace {

std::string_view hook_of(bool committed) noexcept {
  return committed ? "on_after_commit" : "on_after_rollback";
}

}  // namespace

// The outcome stands: an error that left here would say that it does not.
task<> transaction_base::tell_participants() {
  for (const auto& participant : participants_) {
    std::exception_ptr failure;
    try {
      // Chosen before it is awaited: GCC 12 evaluates both sides of a conditional under co_await.
      task<> hook = committed_ ? participant->after_commit() : participant->after_rollback();
      co_await shielded(std::move(hook));
    } catch (...) {
      failure = std::current_exception();
    }
    if (failure) report(hook_of(committed_), failure);
  }
}

void transaction_base::tell_participants_without_waiting() noexcept {
  for (const auto& participant : participants_) {
    try {
      const task<> waits = participant->after_rollback();
      if (!waits) continue;
      throw usage_error(
          "the hook is a coroutine and was not run: a transaction was destroyed open on the thread "
          "of an event loop, where nothing may wait");
    } catch (...) {
      report(hook_of(false), std::current_exception());
    }
  }
}

void transaction_base::report(std::string_view where, const std::exception& error) const noexcept {
  if (options_->on_error) options_->on_error(where, error);
}

void transaction_base::report(std::string_view where,
                              const std::exception_ptr& error) const noexcept {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    report(where, known);
  } catch (...) {
    report(where, usage_error("something was thrown that is no std::exception"));
  }
}

void transaction_base::close_now() noexcept {
  if (options_->metrics != nullptr) {
    const bool is_unknown = state_ == transaction_state::closed;
    const auto outcome = committed_ ? transaction_state::committed : transaction_state::rolledback;
    options_->metrics->transaction_closed(is_unknown ? transaction_state::closed : outcome);
  }
  state_ = transaction_state::closed;
  resources_.reset();
  participants_.clear();
}

void transaction_base::leave_open(bool left_by_error) noexcept {
  if (!left_by_error) {
    const char* const what = state_ == transaction_state::running
                                 ? "commit or rollback, and nothing was kept"
                             : committed_ ? "close, after its commit"
                                          : "close, and nothing was kept";
    report("transaction",
           transaction_error(std::string("a transaction must be explicitly closed: one was "
                                         "destroyed without ") +
                             what));
  }
  if (committed_) return;
  if (detail::may_block()) {
    sync_wait(roll_back());
  } else {
    tell_participants_without_waiting();  // the session rolls back in its destructor
  }
}

}  // namespace messagebus
