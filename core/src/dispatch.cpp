#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/service/dispatch.hpp>

namespace messagebus::detail {

dispatch::~dispatch() {
  if (root_ == nullptr) return;
  access_.end_handling(has_failed());
  if (metrics_ == nullptr || root_->kind != message_kind::command) return;
  metrics_->command_processed(*root_, std::chrono::steady_clock::now() - started_at_);
}

void dispatch::start(const message_type& type, message_header& header, const void* envelope,
                     void* result) {
  access_.begin_handling();
  root_ = &type;
  if (metrics_ != nullptr) started_at_ = std::chrono::steady_clock::now();
  fill(header);
  result_ = result;
  take_on(type, header, envelope);
  collect_what_nobody_caused();
}

void dispatch::run() {
  while (task<> waiting = advance()) sync_wait(std::move(waiting));
}

task<> dispatch::advance() {
  if (awaited_) {
    awaited_ = false;
    collect();
  }
  for (;;) {
    if (listeners_->only != nullptr) {
      in_handler_ = true;
      listeners_->only(envelope_, transaction_);
      after_handler();
    } else if (task<> waiting = call_listeners()) {
      return waiting;
    }
    is_begun_ = true;
    access_.record(*type_, *header_, envelope_);
    result_ = nullptr;
    if (from_queue_) queue_.pop_front();
    if (queue_.empty()) break;
    from_queue_ = true;
    take_on(queue_.front().type(), queue_.front_header(), queue_.front_envelope());
  }
  finished_ = true;
  return {};
}

task<> dispatch::call_listeners() {
  while (next_ != listeners_->all.size()) {
    const handler_entry& handler = listeners_->all[next_++];
    in_handler_ = true;
    const handler_remainder remainder =
        handler.invoke(handler.callable, envelope_, transaction_, dependencies_, result_);
    if (remainder) {
      in_handler_ = false;
      is_begun_ = true;
      awaited_ = true;
      return task<>::adopt(remainder);
    }
    after_handler();
  }
  return {};
}

void dispatch::after_handler() {
  in_handler_ = false;
  is_begun_ = true;
  collect();
}

// A handler that was refused a dependency has done nothing; anything else that stops short has.
bool dispatch::has_failed() const noexcept {
  if (finished_) return false;
  return is_begun_ || (in_handler_ && !dependencies_.has_refused());
}

void dispatch::fill(message_header& header) {
  uuid id = header.message_id;
  const bool is_new = id.is_nil();
  if (is_new || header.created_at == timestamp{}) {
    const timestamp now = access_.time().now();
    if (is_new) id = access_.ids().next(now);
    if (header.created_at == timestamp{}) header.created_at = now;
  }
  header.message_id = id;
  if (header.correlation_id.is_nil()) header.correlation_id = id;
}

void dispatch::take_on(const message_type& type, const message_header& header,
                       const void* envelope) {
  type_ = &type;
  header_ = &header;
  envelope_ = envelope;
  listeners_ = &handlers_.handlers_of(type);
  next_ = 0;
  if (listeners_->all.empty() && type.kind == message_kind::command) {
    throw no_handler_error("nobody handles " + describe(type) +
                           ": register a handler for it with the bus");
  }
  if (metrics_ != nullptr) metrics_->message_processed(type);
}

// Messages that the handler has raised get their headers here, and their place in the queue.
void dispatch::collect() {
  collect_as([this](message_header& header) {
    header.correlation_id = header_->correlation_id;
    header.causation_id = header_->message_id;
  });
}

// What was raised before, outside of any handler, is handled with this message, but it is not the
// cause (M6).
void dispatch::collect_what_nobody_caused() {
  collect_as([](message_header& header) { header.correlation_id = header.message_id; });
}

template <class SetCause>
void dispatch::collect_as(const SetCause& set_cause) {
  message_queue raised;
  access_.collect(raised);
  if (raised.empty()) return;
  is_begun_ = true;  // the models do not have them any more
  const timestamp now = access_.time().now();
  id_source& ids = access_.ids();
  raised.stamp([&](message_header& header) {
    header.message_id = ids.next(now);
    header.created_at = now;
    set_cause(header);
  });
  queue_.append(raised);
}

}  // namespace messagebus::detail
