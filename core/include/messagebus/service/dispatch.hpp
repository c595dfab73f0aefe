#pragma once

#include <chrono>
#include <cstddef>
#include <messagebus/async/task.hpp>
#include <messagebus/domain/envelope.hpp>
#include <messagebus/domain/message_queue.hpp>
#include <messagebus/service/dependencies.hpp>
#include <messagebus/service/registrations.hpp>
#include <messagebus/service/transaction_access.hpp>
#include <span>

namespace messagebus::detail {

/// One call of `handle`: the queue of messages and where it stands in it (B4). A step machine, so
/// that the blocking and the asynchronous bus are one source: `advance` runs plain handlers one
/// after the other and returns when there is something to wait for, or at the end.
class dispatch {
 public:
  dispatch(const registrations& registered, transaction_base& transaction,
           std::span<const transient_dependency> transients)
      : handlers_(registered.handlers()),
        transaction_(transaction),
        access_(transaction),
        dependencies_(registered.providers(), transients, access_),
        metrics_(access_.metrics()) {}

  dispatch(const dispatch&) = delete;
  dispatch& operator=(const dispatch&) = delete;
  ~dispatch();

  /// Takes on the first message; fills what its header lacks. `result` is where its handler's
  /// result goes, an optional.
  template <message M>
  void start(envelope<M>& first, void* result) {
    start(message_type_of<M>, first.header, &first, result);
  }

  /// Returns a task that has to be awaited before the next call, or an empty one at the end.
  task<> advance();

  /// Advances to the end, and blocks where there is something to wait for.
  void run();

 private:
  void start(const message_type& type, message_header& header, const void* envelope, void* result);
  task<> call_listeners();
  void after_handler();
  bool has_failed() const noexcept;
  void fill(message_header& header);
  void take_on(const message_type& type, const message_header& header, const void* envelope);
  void collect();
  void collect_what_nobody_caused();
  template <class SetCause>
  void collect_as(const SetCause& set_cause);

  const handler_table& handlers_;
  transaction_base& transaction_;
  transaction_access access_;
  dependency_scope dependencies_;
  metrics* metrics_;

  message_queue queue_;
  const message_type* root_ = nullptr;
  const message_type* type_ = nullptr;
  const message_header* header_ = nullptr;
  const void* envelope_ = nullptr;
  const handlers_of_type* listeners_ = nullptr;
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
