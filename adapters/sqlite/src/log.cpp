#include <messagebus/sqlite/log.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "commit_channel.hpp"
#include "connection.hpp"
#include "message_rows.hpp"
#include "schema.hpp"

namespace messagebus::sqlite {
namespace {

constexpr std::chrono::milliseconds look_for_others_every{20};

database_options for_reading(database_options options) {
  options.read_only = true;
  return options;
}

// The conditions of a query beside the position, as SQL with numbered parameters from ?4 on.
std::string conditions_of(const log_query& query) {
  std::string sql;
  int parameter = 3;
  const auto add = [&](const char* condition) { sql += condition + std::to_string(++parameter); };
  if (query.from) add(" AND created_at >= ?");
  if (query.until) add(" AND created_at < ?");
  if (query.schema_version) add(" AND schema_version = ?");
  if (query.kind) add(" AND kind = ?");
  if (query.published) add(" AND published = ?");
  if (query.correlation_id) {
    // The index of correlation ids leaves out the first of a chain, which has its own id as such.
    std::string id("?");  // GCC 12 takes `"?" + …` for an overlap when it optimises fully
    id += std::to_string(++parameter);
    sql += " AND position IN (SELECT position FROM messagebus_message WHERE message_id = " + id +
           " AND correlation_id = " + id +
           " UNION ALL SELECT position FROM messagebus_message WHERE correlation_id = " + id +
           " AND correlation_id <> message_id)";
  }
  if (!query.names.empty()) {
    sql += " AND name IN (";
    for (std::size_t i = 0; i < query.names.size(); ++i) add(i == 0 ? "?" : ",?");
    sql += ")";
  }
  return sql;
}

void bind_conditions(statement& rows, const log_query& query) {
  int parameter = 3;
  if (query.from) rows.bind_at(++parameter, *query.from);
  if (query.until) rows.bind_at(++parameter, *query.until);
  if (query.schema_version) rows.bind_at(++parameter, *query.schema_version);
  if (query.kind) rows.bind_at(++parameter, static_cast<int>(*query.kind));
  if (query.published) rows.bind_at(++parameter, *query.published);
  if (query.correlation_id) rows.bind_at(++parameter, *query.correlation_id);
  for (const std::string& name : query.names) rows.bind_at(++parameter, name);
}

position newest_of(detail::connection& connection) {
  statement newest = connection.prepare("SELECT max(position) FROM messagebus_message");
  newest.step();
  return position{newest.column<std::int64_t>(0)};
}

// One snapshot for a page and the end of the log.
class snapshot {
 public:
  explicit snapshot(detail::connection& connection) : connection_(connection) {
    connection.prepare("BEGIN").run();
  }
  snapshot(const snapshot&) = delete;
  snapshot& operator=(const snapshot&) = delete;
  ~snapshot() {
    try {
      connection_.prepare("COMMIT").run();
    } catch (const error&) {  // NOLINT(bugprone-empty-catch): it only read
    }
  }

 private:
  detail::connection& connection_;
};

}  // namespace

log::log(const std::string& path, const database_options& options)
    : connection_(std::make_unique<detail::connection>(path, for_reading(options))),
      channel_(detail::commit_channel::of(path)) {
  detail::require_version(*connection_, detail::schema_migrations());
}

log::~log() = default;

task<> log::read_page(const log_query& query, log_page& page) {
  page.start();
  const bool is_forward = query.order == log_order::oldest_first;
  const snapshot taken(*connection_);
  const position newest = newest_of(*connection_);
  const position up_to = std::min(query.up_to.value_or(newest), newest);
  statement rows = connection_->prepare(
      std::string("SELECT ") + detail::message_columns +
      " FROM messagebus_message WHERE position > ?1 AND position <= ?2" + conditions_of(query) +
      (is_forward ? " ORDER BY position LIMIT ?3" : " ORDER BY position DESC LIMIT ?3"));
  rows.bind(query.after.value, up_to.value, static_cast<std::int64_t>(page.messages_max()));
  bind_conditions(rows, query);
  while (rows.step()) detail::read_message(rows, page.next_slot());

  if (page.is_full()) {
    page.finish(page.messages().back().position, false);
  } else if (is_forward) {
    page.finish(std::max(query.after, up_to), true);
  } else {
    page.finish(position{query.after.value + 1}, true);
  }
  co_return;
}

task<std::optional<recorded_message>> log::find(uuid message_id) {
  statement row = connection_->prepare(std::string("SELECT ") + detail::message_columns +
                                       " FROM messagebus_message WHERE message_id = ?1");
  row.bind(message_id);
  std::optional<recorded_message> found;
  if (row.step()) detail::read_message(row, found.emplace());
  co_return found;
}

task<position> log::last_position() {
  co_return newest();
}

position log::newest() {
  return newest_of(*connection_);
}

task<> log::wait_behind(position seen, std::stop_token stop) {
  while (!stop.stop_requested()) {
    const std::uint64_t known = channel_->announced();
    if (newest() > seen) co_return;
    channel_->wait(known, look_for_others_every, stop);
  }
}

}  // namespace messagebus::sqlite
