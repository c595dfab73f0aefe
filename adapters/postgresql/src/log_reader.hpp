#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <messagebus/ports/log_page.hpp>
#include <messagebus/ports/log_query.hpp>
#include <messagebus/postgresql/rows.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "database_state.hpp"
#include "log_statements.hpp"
#include "rows_at_once.hpp"
#include "settled_horizon.hpp"

namespace messagebus::postgresql::detail {

/// A reader of the log with its connection, and what it knows of the order.
class log_reader {
 public:
  explicit log_reader(std::shared_ptr<database_state> state);

  task<> read_page(const log_query& query, log_page& page);
  task<std::optional<recorded_message>> find(uuid message_id);
  task<position> last_position();
  task<> wait_behind(position seen, std::stop_token stop);

 private:
  using time_point = std::chrono::steady_clock::time_point;

  task<> be_connected();
  /// What a look showed: how far there is nothing left to come behind what the caller has seen, and
  /// the page's rows.
  struct sight {
    std::int64_t settled = 0;
    rows found;
  };
  /// Looks at the server once, and at the page in the same round trip. The caller has seen all it
  /// wants up to `after`, so that no gap there is any concern.
  task<sight> look(std::int64_t after, const page_statement* page);
  void queue_page(const page_statement& page, rows& found);
  void require_trusted_order(const rows& conditions) const;
  std::string sentence_about_waiting() const;

  bool take(const rows& found, std::int64_t up_to, log_page& page);
  task<bool> read_settled(const log_query& query, log_page& page, std::int64_t up_to);
  task<bool> look_and_read(const log_query& query, log_page& page, std::int64_t up_to);
  task<bool> look_again(const log_query& query, log_page& page, std::int64_t up_to);
  task<> read_forward(const log_query& query, log_page& page);
  task<> read_backward(const log_query& query, log_page& page);
  /// Looks until everything up to `wanted` is settled; false when that takes longer than `limit`.
  task<bool> settle(std::int64_t wanted, time_point limit);
  task<std::int64_t> newest();
  static std::vector<lock_holder> holders_in(const rows& found);

  task<> listen();
  /// Looks whether there is a message behind `seen`, and who might be writing one.
  task<bool> is_there(position seen, bool takes_bell, std::vector<lock_holder>& holders);
  task<> wait_with_bell(position seen, const std::stop_token& stop);
  task<> wait_by_looking(position seen, const std::stop_token& stop);

  // Reading is done again when the connection was lost: it changes nothing.
  template <class Work>
  task<> with_connection(Work work) {
    constexpr int attempts_max = 5;
    for (int attempt = 1;; ++attempt) {
      co_await be_connected();
      std::exception_ptr failed;
      try {
        co_await work();
      } catch (...) {
        failed = std::current_exception();
      }
      if (!failed) co_return;
      if (connection_->is_usable() || attempt == attempts_max) std::rethrow_exception(failed);
    }
  }

  std::shared_ptr<database_state> state_;
  log_statements statements_;
  std::unique_ptr<connection> connection_;
  settled_horizon horizon_;
  rows_at_once rows_at_once_;
  bool is_listening_ = false;
  bool has_bell_ = false;
  bool keeps_plans_ = false;
  bool is_held_up_ = false;
  // Of the waits: behind what the last one was, and when it ended.
  position waited_behind_;
  time_point waited_until_;
};

}  // namespace messagebus::postgresql::detail
