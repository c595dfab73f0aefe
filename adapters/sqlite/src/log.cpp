#include <messagebus/sqlite/log.hpp>

#include <sqlite3.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "borrowed_statement.hpp"
#include "connection.hpp"
#include "follower_wait.hpp"
#include "log_select.hpp"
#include "message_rows.hpp"
#include "order_check.hpp"
#include "page_filler.hpp"
#include "schema.hpp"

namespace messagebus::sqlite {
namespace {

// So many positions are looked at for one page: whoever asks for what is rare gets an answer in
// between, can be stopped, and holds no snapshot for long.
constexpr std::int64_t positions_looked_at_max = 100'000;

// What is read once is not worth keeping, and memory that is used again is faster than fresh one.
database_options for_reading_once(database_options options) {
  constexpr std::size_t cache_bytes_max = std::size_t{1} << 20U;
  options.cache_bytes = std::min(options.cache_bytes, cache_bytes_max);
  return options;
}

// One snapshot for a page and the end of the log.
class snapshot {
 public:
  explicit snapshot(detail::connection& connection) : connection_(connection) {
    detail::borrowed_statement(connection, "BEGIN").step();
  }
  snapshot(const snapshot&) = delete;
  snapshot& operator=(const snapshot&) = delete;
  ~snapshot() {
    try {
      detail::borrowed_statement(connection_, "COMMIT").step();
    } catch (const error&) {  // NOLINT(bugprone-empty-catch): it only read
    }
  }

 private:
  detail::connection& connection_;
};

// The positions that one page looks at: behind `after`, up to `up_to`.
struct stretch {
  position after;
  position up_to;
  bool is_last;
};

// The position where there is something again, behind a stretch that is not the last: a gap may be
// as long as the numbers are. None: what was asked for has ended.
std::optional<position> next_behind(const stretch& looked_at, detail::connection& connection,
                                    const log_query& query) {
  const bool is_forward = query.order == log_order::oldest_first;
  detail::borrowed_statement next(
      connection, is_forward
                      ? "SELECT position FROM messagebus_message NOT INDEXED WHERE position > ?1 "
                        "ORDER BY position LIMIT 1"
                      : "SELECT position FROM messagebus_message NOT INDEXED WHERE position <= ?1 "
                        "ORDER BY position DESC LIMIT 1");
  sqlite3_bind_int64(next.handle(), 1, is_forward ? looked_at.up_to.value : looked_at.after.value);
  if (!next.step()) return std::nullopt;
  const position found{sqlite3_column_int64(next.handle(), 0)};
  const bool is_asked_for =
      is_forward ? !query.up_to || found <= *query.up_to : query.after < found;
  return is_asked_for ? std::optional(found) : std::nullopt;
}

stretch stretch_of(const log_query& query, position newest) noexcept {
  // No message stands below 1, and the distance to the lowest number would be no number.
  const position after = std::max(query.after, position{0});
  const position up_to = std::max(std::min(query.up_to.value_or(newest), newest), position{0});
  const bool is_short = up_to.value - after.value <= positions_looked_at_max;
  if (is_short) return {after, up_to, true};
  if (query.order == log_order::oldest_first) {
    return {after, position{after.value + positions_looked_at_max}, false};
  }
  return {position{up_to.value - positions_looked_at_max}, up_to, false};
}

}  // namespace

log::log(const std::string& path, const database_options& options)
    : connection_(std::make_unique<detail::connection>(path, for_reading_once(options),
                                                       detail::connection::access::read)),
      filler_(std::make_unique<detail::page_filler>(*connection_)),
      waiting_(std::make_unique<detail::follower_wait>(path, options)) {
  detail::require_version(*connection_, detail::schema_migrations());
}

log::~log() = default;

task<> log::read_page(const log_query& query, log_page& page) {
  read_page_now(query, page);
  return {};
}

void log::read_page_now(const log_query& query, log_page& page) {
  page.start();
  const snapshot taken(*connection_);
  const stretch looked_at = stretch_of(query, detail::newest_position(*connection_));
  const detail::borrowed_statement rows(*connection_, detail::select_of(query));
  detail::bind_select(rows.handle(), query, looked_at.after, looked_at.up_to);
  filler_->fill(page, rows.handle());
  detail::order_check order(*connection_, query, looked_at.after, looked_at.up_to);
  for (const recorded_message& message : page.messages()) order.follow(message.position);
  if (page.is_full()) {
    page.finish(page.messages().back().position, false);
    return;
  }
  order.finish();
  const bool is_forward = query.order == log_order::oldest_first;
  const auto next = looked_at.is_last ? std::nullopt : next_behind(looked_at, *connection_, query);
  if (!next) {
    page.finish(is_forward ? std::max(query.after, looked_at.up_to) : first_after(looked_at.after),
                true);
    return;
  }
  const position before = is_forward ? position{next->value - 1} : first_after(*next);
  // What is leapt over is looked for by other ways, too.
  detail::order_check(*connection_, query, is_forward ? looked_at.up_to : *next,
                      is_forward ? before : looked_at.after)
      .finish();
  page.finish(before, false);
}

task<std::optional<recorded_message>> log::find(uuid message_id) {
  detail::borrowed_statement row(*connection_, detail::select_by_id());
  sqlite3_bind_blob(row.handle(), 1, message_id.bytes.data(),
                    static_cast<int>(message_id.bytes.size()), SQLITE_STATIC);
  std::optional<recorded_message> found;
  if (row.step()) detail::read_message(*connection_, row.handle(), found.emplace());
  co_return found;
}

task<position> log::last_position() {
  co_return detail::newest_position(*connection_);
}

task<> log::wait_behind(position seen, std::stop_token stop) {
  wait_behind_now(seen, stop);
  return {};
}

void log::wait_behind_now(position seen, const std::stop_token& stop) {
  const detail::follower_wait::listening from_now_on(*waiting_);
  while (!stop.stop_requested() && detail::newest_position(*connection_) <= seen) {
    connection_->require_in_place();
    waiting_->sleep(stop);
  }
}

}  // namespace messagebus::sqlite
