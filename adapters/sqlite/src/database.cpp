#include <messagebus/sqlite/database.hpp>

#include <sqlite3.h>

#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <mutex>
#include <string_view>
#include <utility>

#include "reading_transaction.hpp"
#include "schema.hpp"
#include "writer.hpp"

namespace messagebus::sqlite {
namespace {

constexpr std::size_t idle_readers_max = 8;

// Who deletes old rows by hand may cut a run (docs/decisions/finding_a_chain.md).
constexpr std::string_view cut_from_chain =
    "NOT starts_run AND correlation_id <> message_id AND NOT EXISTS(SELECT 1 FROM "
    "messagebus_message AS before WHERE before.position = cut.position - 1 AND "
    "before.correlation_id = cut.correlation_id)";

void find_what_was_cut_from_its_chain(session& session, std::vector<std::string>& findings) {
  const std::string sql = "SELECT count(*), min(position) FROM messagebus_message AS cut WHERE " +
                          std::string(cut_from_chain);
  const rows counted = session.query(sql);
  const row& found = counted.front();
  const auto count = found.get<std::int64_t>(0);
  if (count == 0) return;
  findings.push_back("position " + std::to_string(found.get<std::int64_t>(1)) +
                     (count == 1 ? "" : " and " + std::to_string(count - 1) + " more") +
                     ": not found by the correlation id, since what stood before it in its chain "
                     "was deleted by hand; mend it with: UPDATE messagebus_message AS cut SET "
                     "starts_run = 1 WHERE " +
                     std::string(cut_from_chain));
}

// What SQLite finds no fault with, and a reader of the log would not see or not see as it is.
void find_what_readers_miss(session& session, std::vector<std::string>& findings) {
  for (const row& row :
       session.query("SELECT count(*), min(position) FROM messagebus_message WHERE position < 1")) {
    const auto count = row.get<std::int64_t>(0);
    if (count == 0) continue;
    findings.push_back(std::to_string(count) +
                       " rows of messagebus_message have positions below 1, which no reader looks "
                       "at, the first is " +
                       std::to_string(row.get<std::int64_t>(1)));
  }
  for (const row& row :
       session.query("SELECT position FROM messagebus_message "
                     "WHERE published NOT IN (0, 1) OR starts_run NOT IN (0, 1)")) {
    findings.push_back("position " + std::to_string(row.get<std::int64_t>(0)) +
                       ": published and starts_run are 0 or 1");
  }
  find_what_was_cut_from_its_chain(session, findings);
}

}  // namespace

struct database::state {
  database_options options;
  detail::writer writer;
  std::mutex mutex;
  std::vector<std::unique_ptr<detail::connection>> idle_readers;  // under the mutex

  std::unique_ptr<detail::connection> take_reader() {
    {
      const std::lock_guard lock(mutex);
      if (!idle_readers.empty()) {
        auto reader = std::move(idle_readers.back());
        idle_readers.pop_back();
        return reader;
      }
    }
    return std::make_unique<detail::connection>(writer.connection().path(), options,
                                                detail::connection::access::read);
  }

  /// Lends a reader's connection; one that `work` has failed on is not used again.
  template <class Work>
  void with_reader(const Work& work) {
    auto reader = take_reader();
    work(*reader);
    give_back(std::move(reader));
  }

  void give_back(std::unique_ptr<detail::connection> reader) {
    const std::lock_guard lock(mutex);
    if (idle_readers.size() < idle_readers_max) idle_readers.push_back(std::move(reader));
  }
};

database::database(std::string path, database_options options)
    : state_(new state{options, {path, options}, {}, {}}) {}

database::~database() = default;

detail::writer& database::writer() const noexcept {
  return state_->writer;
}

const std::string& database::path() const noexcept {
  return state_->writer.connection().path();
}

const database_options& database::options() const noexcept {
  return state_->options;
}

sqlite::log database::log() const {
  return {path(), options()};
}

std::unique_ptr<message_log> database::open_log() const {
  return std::make_unique<sqlite::log>(path(), options());
}

void database::write(const std::function<void(session& session)>& work) {
  session running(*this);
  work(running);
  sync_wait(running.commit());
}

void database::read(const std::function<void(session& session)>& work) const {
  state_->with_reader([&](detail::connection& reader) {
    detail::reading_transaction transaction(reader);
    session running(transaction);
    work(running);
  });
}

bool database::has_message(uuid message_id) const {
  bool is_there = false;
  read([&](session& session) {
    constexpr auto sql = "SELECT 1 FROM messagebus_message WHERE message_id = ?";
    is_there = !session.query(sql, message_id).empty();
  });
  return is_there;
}

std::vector<std::string> database::check(const std::stop_token& stop) const {
  std::vector<std::string> findings;
  const auto read_until_stopped = [&](const auto& work) {
    read([&](session& session) {
      const std::stop_callback interrupt(
          stop, [handle = session.native_handle()] { sqlite3_interrupt(handle); });
      // SQLite interrupts what runs, and nothing has run yet.
      if (stop.stop_requested()) {
        throw error(errc::storage, path() + ": cannot examine the database: it was interrupted",
                    retry::may_help);
      }
      work(session);
    });
  };
  read_until_stopped([&](session& session) {
    for (const row& row : session.query("PRAGMA integrity_check")) {
      auto finding = row.get<std::string>(0);
      if (finding != "ok") findings.push_back(std::move(finding));
    }
  });
  state_->with_reader([&](detail::connection& reader) {
    for (auto& difference : detail::differences_of_schema(reader)) {
      findings.push_back(std::move(difference));
    }
  });
  if (findings.empty()) {
    read_until_stopped([&](session& session) { find_what_readers_miss(session, findings); });
  }
  return findings;
}

}  // namespace messagebus::sqlite
