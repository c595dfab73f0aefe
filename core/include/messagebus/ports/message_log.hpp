#pragma once

#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <messagebus/async/task.hpp>
#include <messagebus/ports/log_page.hpp>
#include <messagebus/ports/log_query.hpp>
#include <optional>
#include <span>
#include <stop_token>
#include <utility>

namespace messagebus {

class log_range;

/// Reads the local event store: the interface of replay, relay, projections and tools (E2). Goes by
/// position, and whoever goes on from the last position it saw misses nothing and sees nothing
/// twice (E5). Thread safety: one thread at a time; have a log object each.
class message_log {
 public:
  message_log() = default;
  message_log(const message_log&) = delete;
  message_log& operator=(const message_log&) = delete;
  virtual ~message_log() = default;

  /// Fills `page` with the next messages that match, in the order of `query`, and says how far it
  /// looked; a page may be empty and not the last. What adapters do; most callers want `read`.
  /// Errors: the database's; `errc::storage_corrupt` for what is no message.
  virtual task<> read_page(const log_query& query, log_page& page) = 0;

  /// The message of this id, if the log has it.
  virtual task<std::optional<recorded_message>> find(uuid message_id) = 0;

  /// The position of the newest message, or `position{0}` of an empty log.
  virtual task<position> last_position() = 0;

  /// Waits until there may be a message behind `seen`, or until `stop` is requested. An adapter is
  /// woken by whoever commits wherever it can be, and otherwise looks now and then; which of the
  /// two is in its documentation. It may return too early, and no commit is missed.
  virtual task<> wait_behind(position seen, std::stop_token stop) = 0;

  /// The messages that match, read page by page while the range is walked. Errors: those of
  /// `read_page`, also in the middle of the walk; `usage_error` for pages of no messages. Blocking.
  log_range read(log_query query, std::size_t page_messages_max = log_page::default_messages_max);

  /// Is given messages in order, and how far the log was read: the checkpoint to remember. There
  /// may be no messages: nothing matched up to there.
  using follower =
      std::function<void(std::span<const recorded_message> messages, position read_to)>;

  /// Hands the messages that match to `handle`, then waits for more and goes on, until `stop` is
  /// requested or the query's `up_to` is reached. Errors: those of reading and of `handle`, which
  /// end it; `usage_error` for a query with the newest first. Blocking.
  void follow(log_query query, const follower& handle, std::stop_token stop = {});
  task<> async_follow(log_query query, follower handle, std::stop_token stop = {});
};

/// Messages of a log as an input range, to be walked once. A message is valid until the iterator is
/// incremented. Lifetime: the log outlives the range.
class log_range {
 public:
  log_range(message_log& log, log_query query, std::size_t page_messages_max);

  class iterator {
   public:
    using value_type = recorded_message;
    using difference_type = std::ptrdiff_t;

    iterator() = default;
    explicit iterator(log_range& range) noexcept : range_(&range) {}
    const recorded_message& operator*() const noexcept {
      return range_->page_->messages()[range_->at_];
    }
    const recorded_message* operator->() const noexcept { return &**this; }
    iterator& operator++() {
      range_->advance();
      return *this;
    }
    void operator++(int) { range_->advance(); }
    bool operator==(std::default_sentinel_t /*end*/) const noexcept { return range_->is_at_end(); }

   private:
    log_range* range_ = nullptr;
  };

  iterator begin();
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  void advance();
  void read_until_any();
  bool is_at_end() const noexcept { return at_ == page_->messages().size(); }

  message_log* log_;
  log_query query_;
  std::unique_ptr<log_page> page_;
  std::size_t at_ = 0;
};

}  // namespace messagebus
