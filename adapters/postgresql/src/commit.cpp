// How a session ends.

#include <libpq-fe.h>

#include <chrono>
#include <cstring>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/leased_connection.hpp>
#include <messagebus/postgresql/session.hpp>
#include <optional>
#include <string>
#include <utility>

#include "connection.hpp"
#include "database_state.hpp"
#include "gathered_messages.hpp"

namespace messagebus::postgresql {
namespace {

// A constraint of our table.
bool is_by_log(const detail::refusal& refused, const std::string& schema) {
  return refused.sqlstate.starts_with("23") && refused.schema == schema &&
         refused.table == "message";
}

// The one that keeps a message id from being there twice (E6).
bool is_by_unique_id(const detail::refusal& refused) {
  return refused.sqlstate == "23505" && refused.constraint == "message_id_is_unique";
}

// The server says "Key (message_id)=(0198…) already exists."
std::string id_in(const std::string& detail) {
  const auto begin = detail.find("=(");
  return begin == std::string::npos ? detail : detail.substr(begin + 2, uuid::text_bytes);
}

// Who was refused before the commit was not committed, whatever became of the connection; but those
// have to be the server's words. A pooler that has lost the server says so in the server's name,
// and for all it knows the commit was kept.
bool was_refused_before(const detail::exchange_failure& failure, std::size_t commit_number,
                        const detail::connection& open) {
  const std::string& sqlstate = failure.refused.sqlstate;
  if (sqlstate.empty() || sqlstate.starts_with("08")) return false;
  const bool may_be_poolers = open.settings().options.pooling != pooling::none;
  if (failure.connection_lost && may_be_poolers) return false;
  // Of a transaction that was idle too long the server says so before it hears of the commit.
  return sqlstate == "25P03" || failure.statement < commit_number;
}

[[noreturn]] void throw_commit_failed(const detail::exchange_failure& failure,
                                      const detail::connection& open, bool may_have_committed) {
  const std::string& location = open.location();
  if (failure.connection_lost && may_have_committed) {
    detail::throw_outcome_unknown(failure.refused.sentence, location);
  }
  if (failure.connection_lost && failure.refused.sqlstate.empty()) {
    detail::throw_connection_lost(failure.refused.sentence, location, "commit");
  }
  if (is_by_log(failure.refused, open.settings().options.schema)) {
    if (!is_by_unique_id(failure.refused)) {
      detail::throw_refused_by_log(failure.refused, location, open.settings().schema + ".message");
    }
    throw error(errc::duplicate_message,
                location + ": message " + id_in(failure.refused.detail) +
                    " is in the log already, and nothing of this transaction was kept");
  }
  detail::throw_refused(failure.refused, location,
                        "commit \"" + detail::shortened(failure.sql) + "\"");
}

}  // namespace

task<> session::commit() {
  detail::connection& open = open_connection();
  if (has_failed_) {
    co_await rollback();
    throw error(errc::storage, state_->settings->location +
                                   ": cannot commit: a statement failed in this transaction, and "
                                   "nothing of it was kept; run the unit of work again");
  }
  if (!has_begun_ && gathered_->batch.empty()) {
    end();
    co_return;
  }
  begin_if_needed();
  std::exception_ptr failed;
  try {
    co_await write_and_commit(open);
  } catch (...) {
    failed = std::current_exception();
  }
  if (failed) {
    co_await rollback();
    std::rethrow_exception(failed);
  }
  end();
}

task<> session::write_and_commit(detail::connection& open) {
  const auto began_at = std::chrono::steady_clock::now();
  const bool copies = gathered_->batch.size() > state_->settings->options.inserted_messages_max;
  if (copies) {
    co_await exchange();
    detail::copy_pieces pieces(gathered_->batch);
    const auto failure = co_await open.copy_in(state_->copy, [&] { return pieces.next(); });
    if (failure) throw_commit_failed(*failure, open, false);
  }
  const bool asks = copies || state_->followers_answer.is_to_be_asked(began_at);
  rows is_waited_for;
  if (copies) {
    open.queue(state_->followers.is_waited_for, parameters(), &is_waited_for);
  } else if (asks) {
    queue_messages(open, state_->asking_inserts, &is_waited_for);
  } else {
    queue_messages(open, state_->inserts, nullptr);
  }
  rows committed;
  const std::size_t commit_number = open.queued_statements();
  open.queue("COMMIT", parameters(), &committed);
  std::optional<detail::exchange_failure> failure;
  try {
    // Once it is sent, who ends the wait for its answer would not know what became of it.
    task<> exchanging = open.exchange(failure);
    exchanging.shield();
    co_await std::move(exchanging);
  } catch (const error&) {
    throw;
  } catch (const std::exception& failed) {
    // No answer of the server's: out of memory, or of descriptors to wait with.
    detail::throw_outcome_unknown(failed.what(), open.location());
  }
  if (failure && committed.native_handle() == nullptr) {
    throw_commit_failed(*failure, open, !was_refused_before(*failure, commit_number, open));
  }
  // A failed transaction is rolled back by COMMIT, which tells so by its tag alone.
  if (std::strcmp(PQcmdStatus(const_cast<PGresult*>(committed.native_handle())), "COMMIT") != 0) {
    throw error(errc::storage,
                open.location() +
                    ": cannot commit: a statement on the native handle failed in this transaction, "
                    "and nothing of it was kept; run the unit of work again");
  }
  if (gathered_->batch.empty()) co_return;
  if (asks) {
    // A trigger of somebody's own may have kept the message out, and with it the answer.
    if (is_waited_for.empty()) co_return;
    wake_followers(open, began_at, is_waited_for.front().get<bool>(0));
  } else if (std::chrono::steady_clock::now() - began_at > detail::bell::unasked_commit_max) {
    ring(open);
  }
}

void session::wake_followers(detail::connection& open,
                             std::chrono::steady_clock::time_point asked_at, bool is_waited_for) {
  if (!is_waited_for) {
    state_->followers_answer.nobody_waits(asked_at);
    return;
  }
  state_->followers_answer.somebody_waits();
  ring(open);
}

// The commit stands, whatever becomes of this; who was not woken looks by itself.
void session::ring(detail::connection& open) noexcept {
  if (!open.is_usable()) return;
  try {
    open.queue(state_->followers.ring);
  } catch (...) {
    open.mark_broken();
  }
  open.send_only();
}

void session::queue_messages(detail::connection& open, const detail::insert_statements& inserts,
                             rows* is_waited_for) {
  const detail::message_batch& batch = gathered_->batch;
  for (std::size_t written = 0; written < batch.size();) {
    const auto part = inserts.next(batch.size() - written);
    const detail::parameter_span values(batch.fields(), written * detail::written_columns_count,
                                        part.messages * detail::written_columns_count);
    open.queue(part.sql, values, is_waited_for);
    written += part.messages;
  }
}

task<> session::rollback() {
  if (connection_ == nullptr) co_return;
  detail::connection& open = **connection_;
  if (has_begun_ && open.is_usable()) {
    try {
      open.enter_pipeline();
      open.queue_sync();  // a statement before it that fails would take it along
      open.queue("ROLLBACK");
      std::optional<detail::exchange_failure> ignored;
      co_await open.exchange(ignored);
    } catch (...) {
      open.mark_broken();
    }
  }
  end();
}

}  // namespace messagebus::postgresql
