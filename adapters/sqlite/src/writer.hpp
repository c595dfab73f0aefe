#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <messagebus/sqlite/options.hpp>
#include <string>
#include <vector>

#include "commit_channel.hpp"
#include "connection.hpp"
#include "gathered_messages.hpp"
#include "message_rows.hpp"
#include "turn_queue.hpp"

namespace messagebus::sqlite::detail {

/// What the last group was like, for the next one to know what it may wait for.
struct group_habit {
  std::size_t last_size = 1;
  std::chrono::nanoseconds commit_took{0};
};

/// The one connection of a database that writes, and the queue of those who wait for it. What a
/// transaction does with it is for whoever has the turn.
class writer {
 public:
  writer(const std::string& path, const database_options& options);
  writer(const writer&) = delete;
  writer& operator=(const writer&) = delete;
  ~writer();

  detail::connection& connection() noexcept { return connection_; }
  turn_queue& queue() noexcept { return queue_; }
  /// What the running transaction adds to the log.
  gathered_messages& gathered() noexcept { return gathered_; }
  std::size_t group_max() const noexcept { return group_max_; }
  group_habit& habit() noexcept { return habit_; }

  /// Waits for the turn. Errors: `errc::busy`, retryable; `usage_error` in a handler that this
  /// thread runs for the same file, since it would wait for itself.
  turn_queue::outcome wait_for(turn& own);

  /// Begins a transaction. Errors: `errc::busy` when another process has the file.
  void begin();
  /// Writes what was gathered. Errors: `errc::duplicate_message`; `transaction_error` when SQLite
  /// has rolled the transaction back by itself; those of the database.
  void insert_gathered();
  /// Errors: nothing was kept then, but for `commit_outcome_unknown_error`; the transaction has
  /// ended.
  void commit();
  /// Ends the transaction, if SQLite has not done it already.
  void roll_back() noexcept;

  /// What one unit of work did can be undone alone between these two.
  void begin_savepoint();
  void release_savepoint();
  void roll_back_to_savepoint();

  /// Errors: `constraint_error` when a deferred foreign key has no target, which only the commit
  /// would find.
  void check_deferred_constraints();

  /// While one lives, handlers run on this thread for this writer.
  class running_scope {
   public:
    explicit running_scope(const writer& writer) noexcept;
    running_scope(const running_scope&) = delete;
    running_scope& operator=(const running_scope&) = delete;
    ~running_scope();

   private:
    friend class writer;

    const commit_channel* file_;
    const running_scope* around_;
  };

 private:
  void refuse_to_wait_for_itself() const;
  void control(sqlite3_stmt* statement, std::string_view doing);

  std::shared_ptr<commit_channel> channel_;
  // From before the file is opened, which may have to wait already.
  commit_channel::writing writing_;
  detail::connection connection_;
  turn_queue queue_;
  std::size_t group_max_;
  group_habit habit_;
  gathered_messages gathered_;
  std::unique_ptr<message_inserter> inserter_;
  sqlite3_stmt* begin_ = nullptr;
  sqlite3_stmt* commit_ = nullptr;
  sqlite3_stmt* savepoint_ = nullptr;
  sqlite3_stmt* release_ = nullptr;
  sqlite3_stmt* roll_back_to_ = nullptr;
};

}  // namespace messagebus::sqlite::detail
