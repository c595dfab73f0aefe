#pragma once

#include <chrono>
#include <cstddef>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/async/task.hpp>
#include <messagebus/domain/envelope.hpp>
#include <messagebus/domain/message_queue.hpp>
#include <messagebus/service/dependencies.hpp>
#include <messagebus/service/handler_table.hpp>
#include <messagebus/service/transaction.hpp>
#include <span>

namespace messagebus::detail {

/// One call of `handle`: the queue of messages and where it stands in it (B4). A step machine, so
/// that the blocking and the asynchronous bus are one source: `advance` runs plain handlers one
/// after the other and returns when there is something to wait for, or at the end.
template <class Ports>
class dispatch {
 public:
  dispatch(const handler_table<Ports>& table, transaction<Ports>& transaction,
           std::span<const dependency_provider> providers,
           std::span<const transient_dependency> transients)
      : handlers_(table),
        transaction_(transaction),
        access_(transaction),
        dependencies_(providers, transients, access_),
        metrics_(access_.metrics()) {}

  dispatch(const dispatch&) = delete;
  dispatch& operator=(const dispatch&) = delete;

  ~dispatch() {
    if (root_ == nullptr) return;
    access_.end_handling(has_failed());
    if (metrics_ == nullptr || root_->kind != message_kind::command) return;
    metrics_->command_processed(*root_, std::chrono::steady_clock::now() - started_at_);
  }

  /// Takes on the first message; fills what its header lacks. `result` is where its handler's
  /// result goes, an optional, or null.
  template <message M>
  void start(envelope<M>& first, void* result) {
    access_.begin_handling();
    root_ = &message_type_of<M>;
    if (metrics_ != nullptr) started_at_ = std::chrono::steady_clock::now();
    fill(first.header);
    result_ = result;
    take_on(message_type_of<M>, first.header, &first);
    collect_what_nobody_caused();
  }

  /// Returns a task that has to be awaited before the next call, or an empty one at the end.
  task<> advance() {
    if (awaited_) {
      awaited_ = false;
      collect();
    }
    for (;;) {
      while (next_ != listeners_.size()) {
        const handler_entry<Ports>& handler = listeners_[next_++];
        in_handler_ = true;
        const handler_remainder remainder = invoke(handler);
        in_handler_ = false;
        is_begun_ = true;
        if (remainder) {
          awaited_ = true;
          return task<>::adopt(remainder);
        }
        collect();
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

 private:
  // A handler that was refused a dependency has done nothing; anything else that stops short has.
  bool has_failed() const noexcept {
    if (finished_) return false;
    return is_begun_ || (in_handler_ && !dependencies_.has_refused());
  }

  handler_remainder invoke(const handler_entry<Ports>& handler) {
    if (handler.call != nullptr) {
      handler.call(envelope_, transaction_);
      return nullptr;
    }
    return handler.invoke(handler.callable, envelope_, transaction_, dependencies_, result_);
  }

  void fill(message_header& header) {
    const bool is_new = header.message_id.is_nil();
    if (is_new || header.created_at == timestamp{}) {
      const timestamp now = access_.time().now();
      if (is_new) header.message_id = access_.ids().next(now);
      if (header.created_at == timestamp{}) header.created_at = now;
    }
    if (header.correlation_id.is_nil()) header.correlation_id = header.message_id;
  }

  void take_on(const message_type& type, const message_header& header, const void* envelope) {
    type_ = &type;
    header_ = &header;
    envelope_ = envelope;
    listeners_ = handlers_.handlers_of(type);
    next_ = 0;
    if (listeners_.empty() && type.kind == message_kind::command) throw_no_handler(type);
    if (metrics_ != nullptr) metrics_->message_processed(type);
  }

  /// Messages that the handler has raised get their headers here, and their place in the queue.
  void collect() {
    collect_as([&](uuid id, timestamp now) {
      return message_header{id, now, header_->correlation_id, header_->message_id};
    });
  }

  /// What was raised before, outside of any handler, is handled with this message, but it is not
  /// the cause (M6).
  void collect_what_nobody_caused() {
    collect_as([](uuid id, timestamp now) { return message_header{id, now, id, std::nullopt}; });
    if (!queue_.empty()) is_begun_ = true;
  }

  template <class MakeHeader>
  void collect_as(const MakeHeader& make_header) {
    message_queue raised;
    access_.collect(raised);
    if (raised.empty()) return;
    const timestamp now = access_.time().now();
    id_source& ids = access_.ids();
    raised.stamp([&](message_header& header) { header = make_header(ids.next(now), now); });
    queue_.append(raised);
  }

  [[noreturn]] static void throw_no_handler(const message_type& type) {
    throw no_handler_error("nobody handles " + handler_table<Ports>::describe(type) +
                           ": register a handler for it with the bus");
  }

  const handler_table<Ports>& handlers_;
  transaction<Ports>& transaction_;
  transaction_access access_;
  dependency_scope dependencies_;
  metrics* metrics_;

  message_queue queue_;
  const message_type* root_ = nullptr;
  const message_type* type_ = nullptr;
  const message_header* header_ = nullptr;
  const void* envelope_ = nullptr;
  std::span<const handler_entry<Ports>> listeners_;
  std::size_t next_ = 0;
  void* result_ = nullptr;
  bool from_queue_ = false;
  bool awaited_ = false;
  bool in_handler_ = false;
  bool is_begun_ = false;
  bool finished_ = false;
  std::chrono::steady_clock::time_point started_at_;
};

}  // namespace messagebus::detail
