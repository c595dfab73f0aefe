// The half of a connection that takes what the server answers.

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <utility>

#include "connection.hpp"

namespace messagebus::postgresql::detail {

using clock_type = std::chrono::steady_clock;

namespace {

// A server that is alive ends a statement by its own timeout; this is for one that is not.
constexpr std::chrono::seconds silence_max{2};

}  // namespace

// A waiter that blocks gives back an empty task, and then nothing is to be suspended: a coroutine
// is made for the rest of the exchange by the first wait that has not ended when it is returned.
task<> connection::exchange(std::optional<exchange_failure>& failure) {
  // An exchange that was left half done, or dropped in the middle, stays so, and is ended with the
  // connection: what takes its answers is gone.
  if (is_broken_ || is_exchanging_) {
    const char* const said = PQerrorMessage(handle_);
    lose(failure, *said != 0 || is_broken_
                      ? said
                      : "the statement before was dropped half done, or still runs: await one "
                        "before the next");
    return {};
  }
  is_exchanging_ = true;
  statements_ended_ = 0;
  if (has_unsynced_) queue_sync();
  try {
    while (has_to_wait(failure)) {
      task<> waiting = waiter_->until(wait_);
      if (waiting) return go_on_exchanging(std::move(waiting), failure);
      end_wait(failure);
    }
  } catch (...) {
    leave_half_done();
    throw;
  }
  end_exchange(failure);
  return {};
}

task<> connection::exchange() {
  std::optional<exchange_failure> failure;
  co_await exchange(failure);
  if (failure) throw_failure(*failure);
}

task<> connection::go_on_exchanging(task<> waiting, std::optional<exchange_failure>& failure) {
  try {
    co_await std::move(waiting);
    end_wait(failure);
    while (has_to_wait(failure)) {
      co_await waiter_->until(wait_);
      end_wait(failure);
    }
  } catch (...) {
    leave_half_done();
    throw;
  }
  end_exchange(failure);
}

// Takes what the server has said. False when it has said all.
bool connection::has_to_wait(std::optional<exchange_failure>& failure) {
  while (true) {
    take_ready_answers(failure);
    if (expected_.empty() || is_broken_) return false;
    if (lay_out_wait(failure)) return true;
  }
}

// Cancelled, say: answers are still to come, and nobody is there to take them.
void connection::leave_half_done() noexcept {
  is_broken_ = true;
  expected_.clear();
}

void connection::end_exchange(std::optional<exchange_failure>& failure) {
  // Also when somebody else has used the connection meanwhile, and lost the answers.
  if (is_broken_ && !failure) lose(failure, PQerrorMessage(handle_));
  is_exchanging_ = false;
}

// Sends what is left to send, and says what to wait for; false when the server may have said its
// last.
bool connection::lay_out_wait(std::optional<exchange_failure>& failure) {
  const int unsent = PQflush(handle_);
  if (unsent < 0) {
    // What the server said before it closed may still be there to read.
    if (PQconsumeInput(handle_) == 0 || PQisBusy(handle_) != 0) {
      lose(failure, PQerrorMessage(handle_));
    }
    return false;
  }
  wait_.descriptor = PQsocket(handle_);
  wait_.wanted = unsent == 0 ? socket_readiness::readable : socket_readiness::readable_or_writable;
  const auto& options = settings_->options;
  used_at_ = clock_type::now();
  if (!is_set_up_) {
    wait_.deadline = used_at_ + options.connect_attempt_max;
  } else if (options.statement_wait_max.count() > 0) {
    wait_.deadline = used_at_ + options.statement_wait_max + silence_max;
  } else {
    wait_.deadline.reset();
  }
  return true;
}

void connection::end_wait(std::optional<exchange_failure>& failure) {
  if (wait_.outcome != wait_outcome::ready) {
    lose(failure, is_set_up_ ? "the server did not answer within statement_wait_max and two seconds"
                             : "the server did not answer within connect_attempt_max");
  } else if (PQconsumeInput(handle_) == 0 && PQisBusy(handle_) != 0) {
    lose(failure, PQerrorMessage(handle_));
  }
}

task<> connection::wait_for_server(std::optional<exchange_failure>& failure) {
  if (lay_out_wait(failure)) {
    co_await waiter_->until(wait_);
    end_wait(failure);
  }
}

void connection::take_ready_answers(std::optional<exchange_failure>& failure) {
  while (!expected_.empty() && !is_broken_ && PQisBusy(handle_) == 0) {
    if (pg_result* const taken = PQgetResult(handle_)) {
      take(rows(taken), failure);
    } else {
      end_statement(failure);
    }
  }
}

// Behind the results of each statement comes a null; where the connection is lost, too.
void connection::end_statement(std::optional<exchange_failure>& failure) {
  if (PQstatus(handle_) != CONNECTION_OK) {
    lose(failure, PQerrorMessage(handle_));
    return;
  }
  const expected_answer& answer = expected_.front();
  if (answer.what == expected_answer::kind::statement && !answer.is_left_over) ++statements_ended_;
  expected_.pop_front();
}

void connection::take(rows result, std::optional<exchange_failure>& failure) {
  const pg_result* const taken = result.native_handle();
  expected_answer& answer = expected_.front();
  switch (PQresultStatus(taken)) {
    case PGRES_PIPELINE_SYNC:
      expected_.pop_front();
      break;
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_EMPTY_QUERY:
      if (answer.what == expected_answer::kind::preparation) {
        answer.prepared->state = preparation::done;
      }
      if (answer.into != nullptr) *answer.into = std::move(result);
      break;
    case PGRES_PIPELINE_ABORTED:
      if (answer.what == expected_answer::kind::preparation) {
        answer.prepared->state = preparation::failed;
      }
      break;
    case PGRES_FATAL_ERROR:
      note_failure(taken, failure);
      break;
    default:
      note_copy(failure);
      break;
  }
}

std::string connection::expected_answer::sql() const {
  if (prepared != nullptr) return prepared->sql;
  return unprepared != nullptr ? *unprepared : std::string();
}

void connection::note_failure(const pg_result* result, std::optional<exchange_failure>& failure) {
  const expected_answer& answer = expected_.front();
  refusal refused = refusal_of(result);
  // The end of the stream may come later than the last words.
  const bool is_lost = refused.is_fatal || PQstatus(handle_) != CONNECTION_OK;
  // A statement whose plan no longer fits, or that is not prepared on this server.
  const bool is_stale = refused.is_plan_outdated || refused.sqlstate == "26000";
  if (answer.prepared != nullptr &&
      (answer.what == expected_answer::kind::preparation || is_stale)) {
    answer.prepared->state = preparation::failed;
  }
  if (!failure && !answer.is_left_over) {
    failure.emplace(exchange_failure{
        .refused = std::move(refused), .statement = statements_ended_, .sql = answer.sql()});
  }
  if (is_lost) lose(failure, PQerrorMessage(handle_));
}

// libpq has no COPY in a pipeline. To run it again would not help.
void connection::note_copy(std::optional<exchange_failure>& failure) {
  constexpr auto sentence =
      "a COPY cannot be run as a statement: take the native handle of the session for it";
  const bool is_first = !failure;
  lose(failure, sentence);
  if (is_first) failure->refused.sqlstate = "0A000";
}

void connection::lose(std::optional<exchange_failure>& failure, std::string said) {
  is_broken_ = true;
  if (!failure) {
    failure.emplace();
    failure->refused.sentence = said.empty() ? "the connection was closed" : std::move(said);
    failure->statement = statements_ended_;
    if (!expected_.empty()) {
      const expected_answer& answer = expected_.front();
      failure->sql = answer.sql();
    }
  }
  failure->connection_lost = true;
  expected_.clear();
}

std::size_t connection::forget_notifications() noexcept {
  std::size_t count = 0;
  while (PGnotify* const notification = PQnotifies(handle_)) {
    PQfreemem(notification);
    ++count;
  }
  return count;
}

task<bool> connection::wait_for_notification(clock_type::time_point deadline,
                                             std::stop_token stop) {
  while (true) {
    if (forget_notifications() > 0) co_return true;
    socket_wait wait;
    wait.descriptor = PQsocket(handle_);
    wait.deadline = deadline;
    wait.stop = stop;
    co_await waiter_->until(wait);
    if (wait.outcome != wait_outcome::ready) co_return false;
    if (PQconsumeInput(handle_) == 0) {
      is_broken_ = true;
      throw_connection_lost(PQerrorMessage(handle_), location(), "wait for a message");
    }
  }
}

}  // namespace messagebus::postgresql::detail
