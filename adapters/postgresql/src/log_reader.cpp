#include "log_reader.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <limits>
#include <messagebus/domain/error.hpp>
#include <string>
#include <utility>

#include "growing_pause.hpp"
#include "message_rows.hpp"

namespace messagebus::postgresql::detail {

using clock_type = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

// How long a page waits for whoever holds a position before it says so.
constexpr milliseconds held_up_page_max{100};
// Who has held up a page already.
constexpr milliseconds look_at_held_up_every{50};
// How long the last position waits; its caller cannot ask again.
constexpr std::chrono::seconds last_position_wait_max{30};

void fill(const rows& found, std::int64_t up_to, log_page& page) {
  if (found.empty()) return;
  check_columns(found);
  for (std::size_t number = 0; number < found.size() && !page.is_full(); ++number) {
    recorded_message& slot = page.next_slot();
    read_message(found, static_cast<int>(number), slot);
    if (slot.position.value > up_to) {
      page.drop_last_slot();
      return;
    }
  }
}

// Of positions above `after`, growing, the last before the first gap.
std::int64_t end_of_run(std::int64_t after, const std::vector<std::int64_t>& positions) {
  for (const std::int64_t position : positions) {
    if (position != after + 1) break;
    after = position;
  }
  return after;
}

}  // namespace

log_reader::log_reader(std::shared_ptr<database_state> state)
    : state_(std::move(state)), statements_(state_->table) {}

task<> log_reader::be_connected() {
  if (connection_ != nullptr && connection_->is_usable()) co_return;
  connection_.reset();
  is_listening_ = false;
  has_bell_ = false;
  keeps_plans_ = false;
  horizon_.forget();
  connection_ = co_await state_->pool->connect_outside();
}

std::vector<lock_holder> log_reader::holders_in(const rows& found) {
  std::vector<lock_holder> holders;
  for (const row& row : found) {
    lock_holder& holder = holders.emplace_back(lock_holder{row.get<std::string>(0)});
    holder.is_prepared = row.get<bool>(1);
  }
  return holders;
}

// The server estimates a page of a large log to be dearer than it is, as long as it does not know
// its bounds, and plans it anew each time: a fifth of what it costs to read a short one. There is
// but one good plan without conditions; with them it depends on their values.
void log_reader::queue_page(const page_statement& page, rows& found) {
  const bool can_keep_plan = state_->settings->options.pooling == pooling::none;
  if (can_keep_plan && keeps_plans_ == page.has_conditions) {
    keeps_plans_ = !page.has_conditions;
    connection_->queue(keeps_plans_ ? "SET plan_cache_mode = force_generic_plan"
                                    : "SET plan_cache_mode = auto");
  }
  connection_->queue(page.sql, page.values, &found);
}

task<log_reader::sight> log_reader::look(std::int64_t after, const page_statement* page) {
  rows newest;
  rows conditions;
  rows holders;
  rows positions;
  sight seen_by_caller;
  connection& open = *connection_;
  // In this order, each with a snapshot of its own, whatever isolation is the server's default.
  open.queue(statements_.newest, parameters(), &newest);
  open.queue_sync();
  open.queue(statements_.conditions, parameters(), &conditions);
  open.queue(statements_.lock_holders, parameters(), &holders);
  open.queue_sync();
  const std::int64_t base = std::max(horizon_.settled(), after);
  const auto above = parameters::of(base);
  open.queue(statements_.positions, above, &positions);
  if (page != nullptr) queue_page(*page, seen_by_caller.found);
  co_await connection_->exchange();
  require_trusted_order(conditions);
  observation seen;
  seen.newest = newest[0].get<std::int64_t>(0);
  seen.holders = holders_in(holders);
  for (const row& row : positions) seen.positions.push_back(row.get<std::int64_t>(0));
  const std::int64_t gapless_to = end_of_run(base, seen.positions);
  // Of what lies between the horizon and the caller nothing is known here.
  if (base > horizon_.settled()) seen.positions.clear();
  horizon_.observe(seen);
  seen_by_caller.settled = std::max(horizon_.settled(), gapless_to);
  co_return seen_by_caller;
}

void log_reader::require_trusted_order(const rows& conditions) const {
  const std::string& location = state_->settings->location;
  if (conditions.empty()) {
    throw error(errc::storage_corrupt,
                location + ": the column position of " + state_->table +
                    " has no sequence any more: ALTER TABLE " + state_->table +
                    " ALTER COLUMN position ADD GENERATED ALWAYS AS IDENTITY (START WITH n), where "
                    "n is the newest position + 1");
  }
  if (conditions[0].get<bool>(1)) {
    throw error(errc::storage_read_only,
                location +
                    ": a standby does not show which transactions are still writing, so its log "
                    "cannot be read in an order to trust: connect to the primary "
                    "(target_session_attrs=read-write)");
  }
  const auto cache = conditions[0].get<std::int64_t>(0);
  if (cache == 1) return;
  throw error(errc::storage_corrupt,
              location + ": the sequence of " + state_->table + " has CACHE " +
                  std::to_string(cache) +
                  ", and numbers that a connection keeps for later come behind those of others: "
                  "ALTER TABLE " +
                  state_->table + " ALTER COLUMN position SET CACHE 1");
}

task<> log_reader::read_page(const log_query& query, log_page& page) {
  if (query.order == log_order::oldest_first) return read_forward(query, page);
  return read_backward(query, page);
}

// Fills the empty page. True: there may be more behind its rows, which are as many as were asked
// for.
bool log_reader::take(const rows& found, std::int64_t up_to, log_page& page) {
  const std::size_t asked_for = rows_at_once_.of(page);
  fill(found, up_to, page);
  rows_at_once_.learn_from(page);
  return page.is_full() || page.messages().size() == asked_for;
}

// Reads what is known to be settled already. True: the page is done. A pooler may lead to another
// server than the last time, of which nothing is known.
task<bool> log_reader::read_settled(const log_query& query, log_page& page, std::int64_t up_to) {
  if (state_->settings->options.pooling != pooling::none) co_return up_to <= query.after.value;
  const std::int64_t limit = std::min(up_to, horizon_.settled());
  if (query.after.value >= limit) co_return up_to <= query.after.value;
  const page_statement statement(statements_, query, query.after.value, limit,
                                 rows_at_once_.of(page));
  rows found;
  queue_page(statement, found);
  co_await connection_->exchange();
  if (take(found, limit, page)) {
    page.finish(page.messages().back().position, false);
  } else {
    page.finish(position{limit}, limit == up_to);
  }
  co_return limit == up_to || !page.messages().empty();
}

// True: the page is done.
task<bool> log_reader::look_and_read(const log_query& query, log_page& page, std::int64_t up_to) {
  const std::int64_t after = std::max(query.after.value, page.read_to().value);
  const page_statement statement(statements_, query, after, up_to, rows_at_once_.of(page));
  const sight seen = co_await look(after, &statement);
  const std::int64_t settled = std::min(up_to, seen.settled);
  if (take(seen.found, settled, page)) {
    page.finish(page.messages().back().position, false);
    co_return true;
  }
  const bool is_all = seen.settled >= std::min(up_to, horizon_.newest());
  page.finish(position{std::max(after, settled)}, is_all);
  co_return is_all || settled > after;
}

// The same without asking for rows that are not settled, as long as nothing has changed.
task<bool> log_reader::look_again(const log_query& query, log_page& page, std::int64_t up_to) {
  const std::int64_t after = std::max(query.after.value, page.read_to().value);
  const sight seen = co_await look(after, nullptr);
  const bool has_moved = seen.settled > after;
  const bool is_all = seen.settled >= std::min(up_to, horizon_.newest());
  if (!has_moved && !is_all) co_return false;
  co_return co_await look_and_read(query, page, up_to);
}

task<> log_reader::read_forward(const log_query& query, log_page& page) {
  const std::int64_t up_to =
      query.up_to ? query.up_to->value : std::numeric_limits<std::int64_t>::max();
  const auto held_up_until = clock_type::now() + held_up_page_max;
  co_await with_connection([&]() -> task<> {
    page.start();
    page.finish(query.after, up_to <= query.after.value);
    bool is_done = co_await read_settled(query, page, up_to);
    if (!is_done) is_done = co_await look_and_read(query, page, up_to);
    growing_pause pauses = is_held_up_
                               ? growing_pause(growing_pause::longest, look_at_held_up_every)
                               : growing_pause();
    while (!is_done && clock_type::now() < held_up_until) {
      co_await connection_->pause(clock_type::now() + pauses.next(), {});
      is_done = co_await look_again(query, page, up_to);
    }
    is_held_up_ = !is_done;
  });
}

task<bool> log_reader::settle(std::int64_t wanted, time_point limit) {
  growing_pause pauses;
  // As for a page: behind a pooler nothing is known of the server that answers now.
  bool must_look = state_->settings->options.pooling != pooling::none;
  while (std::exchange(must_look, false) || horizon_.settled() < wanted) {
    static_cast<void>(co_await look(0, nullptr));
    if (horizon_.settled() >= std::min(wanted, horizon_.newest())) break;
    if (clock_type::now() >= limit) co_return false;
    co_await connection_->pause(clock_type::now() + pauses.next(), {});
  }
  co_return true;
}

task<std::int64_t> log_reader::newest() {
  rows found;
  connection_->queue(statements_.newest, parameters(), &found);
  co_await connection_->exchange();
  co_return found[0].get<std::int64_t>(0);
}

task<> log_reader::read_backward(const log_query& query, log_page& page) {
  co_await with_connection([&]() -> task<> {
    page.start();
    std::int64_t up_to = co_await newest();
    if (query.up_to) up_to = std::min(up_to, query.up_to->value);
    const bool is_settled = co_await settle(up_to, clock_type::now() + held_up_page_max);
    if (!is_settled) {
      page.finish(first_after(position{up_to}), false);
      co_return;
    }
    const page_statement statement(statements_, query, query.after.value, up_to,
                                   rows_at_once_.of(page));
    rows found;
    queue_page(statement, found);
    co_await connection_->exchange();
    const bool has_more = take(found, up_to, page);
    page.finish(has_more ? page.messages().back().position : first_after(query.after), !has_more);
  });
}

task<std::optional<recorded_message>> log_reader::find(uuid message_id) {
  std::optional<recorded_message> message;
  co_await with_connection([&]() -> task<> {
    rows found;
    const auto id = parameters::of(message_id);
    connection_->queue(statements_.by_id, id, &found);
    co_await connection_->exchange();
    if (found.empty()) co_return;
    check_columns(found);
    read_message(found, 0, message.emplace());
  });
  co_return message;
}

task<position> log_reader::last_position() {
  position last;
  co_await with_connection([&]() -> task<> {
    const std::int64_t wanted = co_await newest();
    const bool is_settled = co_await settle(wanted, clock_type::now() + last_position_wait_max);
    if (!is_settled) throw error(errc::busy, sentence_about_waiting(), retry::may_help);
    last = position{wanted};
  });
  co_return last;
}

std::string log_reader::sentence_about_waiting() const {
  std::string text = state_->settings->location +
                     ": transactions that have written to the log and not ended hold a position "
                     "before the newest:";
  for (const lock_holder& holder : horizon_.waited_for()) text += " " + holder.transaction;
  return text +
         " (virtualtransaction in pg_locks; one without a pid there is prepared, see "
         "pg_prepared_xacts): end them, or try again";
}

}  // namespace messagebus::postgresql::detail
