#include <cstdio>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/service/transaction_base.hpp>
#include <string>
#include <utility>

namespace messagebus {

void print_error(std::string_view where, const std::exception& error) {
  std::fprintf(stderr, "messagebus: %.*s: %s\n", static_cast<int>(where.size()), where.data(),
               error.what());
}

transaction_base::transaction_base(std::unique_ptr<transaction_resources> resources,
                                   const unit_of_work_options& options)
    : resources_(std::move(resources)), options_(&options) {
  if (options_->metrics != nullptr) options_->metrics->transaction_started();
}

transaction_base::transaction_base(transaction_base&& other) noexcept
    : resources_(std::move(other.resources_)),
      options_(other.options_),
      state_(std::exchange(other.state_, transaction_state::closed)),
      committed_(other.committed_),
      handler_failed_(other.handler_failed_),
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
  if (state_ == transaction_state::running || state_ == transaction_state::streaming) {
    leave_open();
  } else {
    close_now();
  }
}

void transaction_base::require_running(std::string_view what) const {
  if (state_ == transaction_state::running) return;
  throw transaction_error("cannot " + std::string(what) + ": the transaction is " +
                          std::string(to_string(state_)) + ", and only a running one can");
}

void transaction_base::require_detachable() const {
  if (state_ != transaction_state::committed) require_running("detach");
}

void transaction_base::require_committable() const {
  require_running("commit");
  if (!handler_failed_) return;
  throw transaction_error(
      "cannot commit: a handler has failed in this transaction, and messages that it or others "
      "raised were not handled; roll back and run the unit of work again");
}

message_store& transaction_base::store() const {
  require_running("write to the event store");
  return resources_->session().store();
}

void transaction_base::commit() {
  sync_wait(async_commit());
}

task<> transaction_base::async_commit() {
  require_committable();
  std::exception_ptr failure;
  try {
    co_await resources_->session().commit();
  } catch (const commit_outcome_unknown_error&) {
    close_now();
    throw;
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    co_await finish(transaction_state::rolledback);
    std::rethrow_exception(failure);
  }
  co_await finish(transaction_state::committed);
}

void transaction_base::rollback() {
  sync_wait(async_rollback());
}

task<> transaction_base::async_rollback() {
  require_running("roll back");
  co_await resources_->session().rollback();
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
  if (state_ == transaction_state::streaming && !committed_) {
    co_await resources_->session().rollback();
    co_await finish(transaction_state::rolledback);
  }
  close_now();
}

task<> transaction_base::end_of_scope(std::exception_ptr error) {
  if (resources_ == nullptr) co_return;  // detached, or closed within the scope
  if (error && options_->metrics != nullptr) options_->metrics->transaction_failed();
  const bool was_running = state_ == transaction_state::running;
  if (was_running) {
    co_await resources_->session().rollback();
    co_await finish(transaction_state::rolledback);
  }
  close_now();
  if (was_running && !error) {
    throw transaction_error(
        "the transaction must be explicitly closed: its scope was left without commit or rollback, "
        "and nothing was kept");
  }
}

task<> transaction_base::finish(transaction_state outcome) {
  state_ = outcome;
  committed_ = outcome == transaction_state::committed;
  for (const auto& participant : participants_) {
    try {
      task<> waiting = committed_ ? participant->after_commit() : participant->after_rollback();
      if (waiting) co_await std::move(waiting);
    } catch (const std::exception& error) {
      // The outcome stands; an exception here would say that it does not.
      report(committed_ ? "on_after_commit" : "on_after_rollback", error);
    }
  }
}

void transaction_base::report(std::string_view where, const std::exception& error) const noexcept {
  if (options_->on_error) options_->on_error(where, error);
}

void transaction_base::close_now() noexcept {
  if (options_->metrics != nullptr) {
    const transaction_state became =
        committed_ ? transaction_state::committed : transaction_state::rolledback;
    options_->metrics->transaction_closed(
        state_ == transaction_state::running ? transaction_state::closed : became);
  }
  state_ = transaction_state::closed;
  resources_.reset();
  participants_.clear();
}

void transaction_base::leave_open() noexcept {
  const bool left_by_error = std::uncaught_exceptions() > exceptions_at_start_;
  if (left_by_error && options_->metrics != nullptr) options_->metrics->transaction_failed();
  if (!committed_) {
    try {
      sync_wait(resources_->session().rollback());
      sync_wait(finish(transaction_state::rolledback));
    } catch (const std::exception&) {
      // On an event loop's thread nothing may wait: the session ends with its destructor.
      state_ = transaction_state::rolledback;
    }
  }
  if (!left_by_error) {
    report("transaction",
           transaction_error("a transaction must be explicitly closed: one was destroyed without "
                             "commit or rollback, and nothing was kept"));
  }
  close_now();
}

namespace detail {

clock& transaction_access::time() const noexcept {
  clock* chosen = transaction_.options_->clock;
  return chosen != nullptr ? *chosen : system_clock::instance();
}

id_source& transaction_access::ids() const noexcept {
  id_source* chosen = transaction_.options_->ids;
  return chosen != nullptr ? *chosen : uuid7_source::instance();
}

namespace {

// What `record` fills and lends to the store, kept from call to call for the memory of its strings.
struct record_buffer {
  recorded_message message;
  bool lent = false;
};

}  // namespace

void transaction_access::record(const message_type& type, const message_header& header,
                                const void* envelope) {
  message_store& store = transaction_.resources_->session().store();
  if (&store == &sinkhole_store::instance()) return;

  thread_local record_buffer of_this_thread;
  // A store may itself run a bus, on this thread, while it is lent a message.
  record_buffer of_this_call;
  record_buffer& buffer = of_this_thread.lent ? of_this_call : of_this_thread;
  struct lending {
    explicit lending(bool& flag) noexcept : lent(flag) { lent = true; }
    lending(const lending&) = delete;
    lending& operator=(const lending&) = delete;
    ~lending() { lent = false; }
    bool& lent;
  } const lent(buffer.lent);

  recorded_message& message = buffer.message;
  message.message_id = header.message_id;
  message.created_at = header.created_at;
  message.kind = type.kind;
  message.name.assign(type.name);
  message.schema_version = type.schema_version;
  message.published = type.published;
  message.correlation_id = header.correlation_id;
  message.causation_id = header.causation_id;
  message.metadata.assign(type.metadata());
  message.payload.clear();
  type.encode(envelope, message.payload);
  const std::size_t bytes_max = transaction_.options_->payload_bytes_max;
  if (message.payload.size() > bytes_max) {
    throw encode_error(std::string(type.name) + " v" + std::to_string(type.schema_version) +
                           ": the payload has " + std::to_string(message.payload.size()) +
                           " bytes, and at most " + std::to_string(bytes_max) +
                           " are allowed: raise payload_bytes_max in the options of the unit of "
                           "work, or store the bulk elsewhere and put a reference into the message",
                       errc::limit_exceeded);
  }
  store.add(message);
}

participant& transaction_access::take_part(std::unique_ptr<participant> joining) {
  return *transaction_.participants_.emplace_back(std::move(joining));
}

}  // namespace detail

}  // namespace messagebus
