#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <messagebus/async/task.hpp>
#include <messagebus/postgresql/options.hpp>
#include <messagebus/postgresql/parameters.hpp>
#include <messagebus/postgresql/rows.hpp>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "answer_queue.hpp"
#include "connection_settings.hpp"
#include "errors.hpp"

struct pg_conn;
struct pg_result;

namespace messagebus::postgresql::detail {

/// Some values in a row of a statement's parameters.
struct parameter_span {
  // NOLINTNEXTLINE(google-explicit-constructor): all of them is what most statements send
  parameter_span(const parameters& all) noexcept : of(&all), values(all.values()) {}
  parameter_span(const parameters& all, std::size_t first, std::size_t count) noexcept
      : of(&all), values(all.values().subspan(first, count)) {}

  const parameters* of;
  std::span<const parameters::slot> values;
};

/// Why an exchange with the server did not go as wanted.
struct exchange_failure {
  /// The connection is gone, or nobody knows what it would say next.
  bool connection_lost = false;
  /// What the server said; with a lost connection perhaps its last words, else libpq's.
  refusal refused;
  /// Which of the statements of the exchange failed, from 0, and its text.
  std::size_t statement = 0;
  std::string sql;
};

/// A connection in pipeline mode: statements are queued, and one exchange sends them all and takes
/// what the server answers. Thread safety: one thread at a time, except for `cancel`.
class connection {
 public:
  /// Connects; one attempt. Errors: `errc::storage_unavailable`.
  static task<std::unique_ptr<connection>> open(std::shared_ptr<const connection_settings> settings,
                                                socket_waiter& waiter);

  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  /// `into`, when not null, is given the result by the exchange; it outlives it.
  void queue(std::string_view sql, parameter_span values, rows* into = nullptr);
  void queue(std::string_view sql) { queue(sql, parameters(), nullptr); }
  /// Ends a transaction of its own for the statements before it: what follows sees a new snapshot
  /// and runs even if these have failed.
  void queue_sync();

  /// How many statements the next exchange sends.
  std::size_t queued_statements() const noexcept;

  /// Sends what is queued and takes all answers; begins at once, and is empty when nothing had to
  /// be suspended. `failure` is set to the first there was, and outlives the task.
  task<> exchange(std::optional<exchange_failure>& failure);
  /// The same, and throws the failure.
  task<> exchange();

  /// Sends what is queued and leaves the answers to the next exchange. False when that is not
  /// possible without waiting; the connection is of no use then.
  bool send_only() noexcept;

  /// Drops the notifications that came along with answers, which libpq keeps, and says how many.
  std::size_t forget_notifications() noexcept;
  /// Waits for a notification; true when one came.
  task<bool> wait_for_notification(std::chrono::steady_clock::time_point deadline,
                                   std::stop_token stop);
  /// Waits without looking at the server.
  task<wait_outcome> pause(std::chrono::steady_clock::time_point deadline, std::stop_token stop);

  /// Gives the server the data of a `COPY … FROM STDIN`, piece by piece, until `next_piece` gives
  /// an empty one.
  task<std::optional<exchange_failure>> copy_in(const std::string& sql,
                                                std::function<std::string_view()> next_piece);

  /// For work that libpq does not allow in pipeline mode. Nothing is queued but what `send_only`
  /// has left over, whose answers are taken first.
  task<pg_conn*> leave_pipeline();
  /// Throws when the pipeline cannot be entered again, because a query was left running.
  void enter_pipeline();

  void cancel() const;

  /// Looks, without asking, whether the server has closed the connection.
  bool is_alive() noexcept;
  /// No exchange was left half done and no error has broken it.
  bool is_usable() const noexcept { return !is_broken_ && !is_exchanging_; }
  /// Between transactions, so that it may be given to others.
  bool is_idle() const noexcept;
  /// Everything was answered, and no transaction is open.
  bool is_between_transactions() const noexcept;
  void mark_broken() noexcept { is_broken_ = true; }

  const std::string& location() const noexcept { return settings_->location; }
  const connection_settings& settings() const noexcept { return *settings_; }
  /// When the last wait for the server began: one time serves for its deadline, too.
  std::chrono::steady_clock::time_point used_at() const noexcept { return used_at_; }
  pg_conn* handle() const noexcept { return handle_; }

  /// Throws what a failure is to the caller.
  [[noreturn]] void throw_failure(const exchange_failure& failure) const;

 private:
  enum class preparation { sent, done, failed };
  struct prepared_statement {
    std::string name;
    std::string sql;
    preparation state = preparation::sent;
  };
  struct expected_answer {
    enum class kind { statement, preparation, sync } what = kind::statement;
    rows* into = nullptr;
    prepared_statement* prepared = nullptr;
    std::unique_ptr<const std::string> unprepared = nullptr;  // its text
    bool is_left_over = false;

    std::string sql() const;
  };

  connection(std::shared_ptr<const connection_settings> settings, socket_waiter& waiter);

  static void note(void* self, const pg_result* notice) noexcept;
  task<> connect();
  task<> set_up();
  // These are for the parameters that are laid out.
  void queue_unprepared(std::string sql, rows* into);
  prepared_statement* prepared_for(std::string_view sql);
  static std::string start_of_names();
  void prepare(prepared_statement& made);
  void lay_out(parameter_span values);
  void take_ready_answers(std::optional<exchange_failure>& failure);
  void end_statement(std::optional<exchange_failure>& failure);
  void take(rows result, std::optional<exchange_failure>& failure);
  void note_copy(std::optional<exchange_failure>& failure);
  void note_failure(const pg_result* result, std::optional<exchange_failure>& failure);
  task<> go_on_exchanging(task<> waiting, std::optional<exchange_failure>& failure);
  bool has_to_wait(std::optional<exchange_failure>& failure);
  void leave_half_done() noexcept;
  void end_exchange(std::optional<exchange_failure>& failure);
  bool lay_out_wait(std::optional<exchange_failure>& failure);
  void end_wait(std::optional<exchange_failure>& failure);
  task<> wait_for_server(std::optional<exchange_failure>& failure);
  task<> take_result_of_copy(pg_result*& result, std::optional<exchange_failure>& failure);
  task<> put_copy_data(std::string_view piece, std::optional<exchange_failure>& failure);
  void lose(std::optional<exchange_failure>& failure, std::string said);

  std::shared_ptr<const connection_settings> settings_;
  socket_waiter* waiter_;
  pg_conn* handle_ = nullptr;
  answer_queue<expected_answer> expected_;
  // That of the exchange which runs.
  socket_wait wait_;
  std::unordered_map<std::string, std::unique_ptr<prepared_statement>> prepared_;
  const std::string names_begin_with_ = start_of_names();
  std::size_t names_given_ = 0;
  std::size_t statements_ended_ = 0;
  // Lent to libpq for one call, kept for their memory.
  std::string key_;
  std::vector<std::uint32_t> types_;
  std::vector<const char*> pointers_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::chrono::steady_clock::time_point used_at_;
  bool is_set_up_ = false;
  bool is_broken_ = false;
  bool is_exchanging_ = false;
  bool has_unsynced_ = false;
};

}  // namespace messagebus::postgresql::detail
