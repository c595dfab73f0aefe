#include "connection.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <messagebus/domain/clock.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/domain/id_source.hpp>
#include <utility>

#include "abandoned_statements.hpp"
#include "cancel_request.hpp"

namespace messagebus::postgresql::detail {

using clock_type = std::chrono::steady_clock;

connection::connection(std::shared_ptr<const connection_settings> settings, socket_waiter& waiter)
    : settings_(std::move(settings)), waiter_(&waiter) {}

connection::~connection() {
  // An exchange that was left half done: the server may still be at it.
  if (handle_ != nullptr) PQsetNoticeReceiver(handle_, &connection::note, nullptr);
  if (is_exchanging_ && PQstatus(handle_) == CONNECTION_OK) {
    abandoned_statements::instance().end(handle_);
  } else {
    PQfinish(handle_);
  }
}

task<std::unique_ptr<connection>> connection::open(
    std::shared_ptr<const connection_settings> settings, socket_waiter& waiter) {
  std::unique_ptr<connection> made(new connection(std::move(settings), waiter));
  co_await made->connect();
  co_await made->set_up();
  co_return made;
}

task<> connection::connect() {
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const std::string& keyword : settings_->keywords) keywords.push_back(keyword.c_str());
  for (const std::string& value : settings_->values) values.push_back(value.c_str());
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  handle_ = PQconnectStartParams(keywords.data(), values.data(), 0);
  if (handle_ == nullptr || PQstatus(handle_) == CONNECTION_BAD) {
    throw_not_connected(handle_, location());
  }
  // Else libpq writes what the server notes to standard error, also while it connects.
  PQsetNoticeReceiver(handle_, &connection::note, this);
  // So that the server's code is in what libpq says.
  PQsetErrorVerbosity(handle_, PQERRORS_VERBOSE);
  socket_wait wait;
  wait.deadline = clock_type::now() + settings_->options.connect_attempt_max;
  wait.wanted = socket_readiness::writable;
  while (true) {
    wait.descriptor = PQsocket(handle_);
    co_await waiter_->until(wait);
    if (wait.outcome != wait_outcome::ready) {
      throw error(errc::storage_unavailable,
                  location() +
                      ": cannot connect: no answer within connect_attempt_max; check host "
                      "and port, and whether a firewall is in between",
                  retry::may_help);
    }
    const PostgresPollingStatusType status = PQconnectPoll(handle_);
    if (status == PGRES_POLLING_OK) break;
    if (status == PGRES_POLLING_FAILED) throw_not_connected(handle_, location());
    wait.wanted =
        status == PGRES_POLLING_READING ? socket_readiness::readable : socket_readiness::writable;
  }
}

// The last words of a server to a connection that waits for nothing come as a notice, before the
// end of the stream.
void connection::note(void* self, const pg_result* notice) noexcept {
  if (self != nullptr && is_last_word(notice)) static_cast<connection*>(self)->is_broken_ = true;
}

task<> connection::set_up() {
  if (PQsetnonblocking(handle_, 1) != 0) throw_not_connected(handle_, location());
  enter_pipeline();
  used_at_ = clock_type::now();
  const database_options& options = settings_->options;
  const auto run_first = [&](std::string sql) {
    lay_out(parameters());
    queue_unprepared(std::move(sql), nullptr);
  };
  if (options.pooling == pooling::by_transaction) {
    // A pooler accepts connections while the server is down: see whether that answers, so that who
    // wants a connection waits for it to be back.
    run_first("SELECT");
  } else {
    run_first(settings_->setting_of_timeout());
    // So that a bare BEGIN is enough: to name the level costs the server more than the BEGIN
    // itself.
    if (options.isolation == isolation::read_committed) {
      run_first("SET default_transaction_isolation = 'read committed'");
    }
  }
  co_await exchange();
  is_set_up_ = true;
}

void connection::throw_failure(const exchange_failure& failure) const {
  const std::string doing =
      failure.sql.empty() ? "ask the server" : "run \"" + shortened(failure.sql) + "\"";
  if (failure.connection_lost && failure.refused.sqlstate.empty()) {
    throw_connection_lost(failure.refused.sentence, location(), doing);
  }
  throw_refused(failure.refused, location(), doing);
}

void connection::queue(std::string_view sql, parameter_span values, rows* into) {
  lay_out(values);
  prepared_statement* const prepared = prepared_for(sql);
  if (prepared == nullptr) {
    queue_unprepared(std::string(sql), into);
    return;
  }
  if (PQsendQueryPrepared(handle_, prepared->name.c_str(), static_cast<int>(values.values.size()),
                          pointers_.data(), lengths_.data(), formats_.data(), 1) == 0) {
    is_broken_ = true;
    throw_connection_lost(PQerrorMessage(handle_), location(), "send a statement");
  }
  expected_.push_back({.into = into, .prepared = prepared});
  has_unsynced_ = true;
}

void connection::queue_unprepared(std::string sql, rows* into) {
  if (PQsendQueryParams(handle_, sql.c_str(), static_cast<int>(types_.size()), types_.data(),
                        pointers_.data(), lengths_.data(), formats_.data(), 1) == 0) {
    is_broken_ = true;
    throw_connection_lost(PQerrorMessage(handle_), location(), "send a statement");
  }
  expected_.push_back(
      {.into = into, .unprepared = std::make_unique<const std::string>(std::move(sql))});
  has_unsynced_ = true;
}

void connection::lay_out(parameter_span values) {
  const std::size_t count = values.values.size();
  if (count == 0 && types_.empty()) return;
  types_.resize(count);
  pointers_.resize(count);
  lengths_.resize(count);
  formats_.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    const parameters::slot& value = values.values[i];
    const bool is_null = value.bytes < 0;
    types_[i] = value.type;
    pointers_[i] = is_null ? nullptr : values.of->data(value);
    lengths_[i] = is_null ? 0 : value.bytes;
    formats_[i] = value.is_binary ? 1 : 0;
  }
}

// One text with other types of parameters is another statement.
connection::prepared_statement* connection::prepared_for(std::string_view sql) {
  const database_options& options = settings_->options;
  if (options.pooling == pooling::by_transaction) return nullptr;
  key_.assign(sql);
  key_.append(reinterpret_cast<const char*>(types_.data()), types_.size() * sizeof(types_[0]));
  auto known = prepared_.find(key_);
  if (known == prepared_.end()) {
    if (prepared_.size() >= options.prepared_statements_max) return nullptr;
    auto made = std::make_unique<prepared_statement>();
    made->sql = sql;
    made->state = preparation::failed;
    known = prepared_.emplace(key_, std::move(made)).first;
  }
  if (known->second->state == preparation::failed) prepare(*known->second);
  return known->second.get();
}

// Another on each connection: behind a pooler that gives each transaction a connection, a name that
// others use as well would run their statement.
std::string connection::start_of_names() {
  constexpr std::size_t digits_count = 12;
  const std::string id = uuid7_source::instance().next(system_clock::instance().now()).to_string();
  return "messagebus_" + id.substr(id.size() - digits_count) + "_";
}

void connection::prepare(prepared_statement& made) {
  // What the server keeps under an earlier name may be outdated, and stays there.
  made.name = names_begin_with_ + std::to_string(++names_given_);
  if (PQsendPrepare(handle_, made.name.c_str(), made.sql.c_str(), static_cast<int>(types_.size()),
                    types_.data()) == 0) {
    is_broken_ = true;
    throw_connection_lost(PQerrorMessage(handle_), location(), "prepare a statement");
  }
  made.state = preparation::sent;
  expected_.push_back({.what = expected_answer::kind::preparation, .prepared = &made});
}

void connection::queue_sync() {
  if (PQpipelineSync(handle_) == 0) {
    is_broken_ = true;
    return;  // the exchange tells
  }
  expected_.push_back({.what = expected_answer::kind::sync});
  has_unsynced_ = false;
}

std::size_t connection::queued_statements() const noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(expected_, [](const expected_answer& answer) {
        return answer.what == expected_answer::kind::statement && !answer.is_left_over;
      }));
}

bool connection::send_only() noexcept {
  if (!is_usable()) return false;
  try {
    if (has_unsynced_) queue_sync();
  } catch (...) {
    is_broken_ = true;
  }
  for (expected_answer& answer : expected_) {
    answer.is_left_over = true;
    answer.into = nullptr;
  }
  if (is_broken_ || PQflush(handle_) != 0) is_broken_ = true;
  return !is_broken_;
}

task<wait_outcome> connection::pause(clock_type::time_point deadline, std::stop_token stop) {
  socket_wait wait;
  wait.deadline = deadline;
  wait.stop = std::move(stop);
  co_await waiter_->until(wait);
  co_return wait.outcome;
}

bool connection::is_alive() noexcept {
  if (!is_usable()) return false;
  pollfd polled{PQsocket(handle_), POLLIN, 0};
  // The last words of a server come before the end of the stream: read on until nothing is left.
  while (poll(&polled, 1, 0) > 0) {
    if (PQconsumeInput(handle_) == 0 || PQstatus(handle_) != CONNECTION_OK) {
      is_broken_ = true;
      return false;
    }
    std::optional<exchange_failure> ignored;
    take_ready_answers(ignored);
    if (expected_.empty()) static_cast<void>(PQisBusy(handle_));
  }
  return is_usable();
}

bool connection::is_idle() const noexcept {
  if (!is_usable()) return false;
  // What was left over ends a transaction, and nothing began another.
  return !expected_.empty() || PQtransactionStatus(handle_) == PQTRANS_IDLE;
}

bool connection::is_between_transactions() const noexcept {
  return expected_.empty() && PQtransactionStatus(handle_) == PQTRANS_IDLE;
}

void connection::cancel() const {
  if (const auto said = request_cancel(handle_)) {
    throw error(errc::storage_unavailable,
                location() + ": cannot cancel: " + tidy(*said) + "; try again", retry::may_help);
  }
}

task<pg_conn*> connection::leave_pipeline() {
  if (!expected_.empty()) co_await exchange();
  if (PQpipelineStatus(handle_) != PQ_PIPELINE_OFF && PQexitPipelineMode(handle_) == 0) {
    is_broken_ = true;
    throw_connection_lost(PQerrorMessage(handle_), location(), "leave the pipeline");
  }
  co_return handle_;
}

void connection::enter_pipeline() {
  if (PQpipelineStatus(handle_) != PQ_PIPELINE_OFF) return;
  if (PQenterPipelineMode(handle_) == 0) {
    is_broken_ = true;
    throw usage_error(
        location() +
        ": the native handle was left with a query running: take all its results (PQgetResult "
        "until it returns null) before the session is used again");
  }
}

}  // namespace messagebus::postgresql::detail
