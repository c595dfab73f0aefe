#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <memory>
#include <messagebus/sqlite/constraint_error.hpp>
#include <messagebus/testing/counting.hpp>
#include <string>
#include <temporary_folder.hpp>
#include <thread>
#include <vector>

#include "failing_disk.hpp"
#include "session_ports.hpp"

namespace messagebus::sqlite {
namespace {

// Raises the question that T9 is about: a disk that fails while a commit waits for it.

struct write_note {
  static constexpr auto schema = command<int>("write_note", 1);
  std::string text;
};
BOOST_DESCRIBE_STRUCT(write_note, (), (text))

int on_write_note(const write_note& command, session_transaction& transaction) {
  transaction->access.session.execute("INSERT INTO note(text) VALUES(?)", command.text);
  return 7;
}

class outcome_test : public ::testing::TestWithParam<bool> {
 protected:
  outcome_test() { make_notes(notes); }

  std::size_t logged() {
    auto log = notes.log();
    return testing::read_all(log).size();
  }

  tests::temporary_folder folder;
  failing_disk disk;
  database notes{folder / "notes.db", {.group_commit = GetParam()}};
  bus<session_ports, handlers<&on_write_note>> club;
};

TEST_P(outcome_test, T9_a_disk_that_fails_in_the_commit_is_an_unknown_outcome) {
  session_unit_of_work unit_of_work(notes);
  envelope<write_note> command{{}, {"once"}};
  disk.fail_next_syncs(1);
  EXPECT_THROW(club.execute(unit_of_work, command), commit_outcome_unknown_error);
  EXPECT_FALSE(sync_wait(unit_of_work.has_message(command.header.message_id)));
  EXPECT_EQ(count_of(notes, "note"), 0);
  EXPECT_EQ(club.execute(unit_of_work, command), 7);
  EXPECT_TRUE(sync_wait(unit_of_work.has_message(command.header.message_id)));
  EXPECT_EQ(count_of(notes, "note"), 1);
}

// SQLite still says then what the system had answered before.
TEST_P(outcome_test, T9_an_outcome_is_unknown_too_when_the_disk_was_full_before) {
  sqlite3* writing = nullptr;
  notes.write([&](session& session) { writing = session.native_handle(); });
  disk.system_error = ENOSPC;
  disk.fail_next_syncs(1);
  EXPECT_EQ(sqlite3_wal_checkpoint_v2(writing, "main", SQLITE_CHECKPOINT_FULL, nullptr, nullptr),
            SQLITE_IOERR_FSYNC);
  ASSERT_EQ(sqlite3_system_errno(writing), ENOSPC);
  disk.fail_next_syncs(1);
  session_unit_of_work unit_of_work(notes);
  EXPECT_THROW(club.execute(unit_of_work, write_note{"once"}), commit_outcome_unknown_error);
}

TEST_P(outcome_test, T9_a_retry_asks_the_log_and_does_it_once) {
  std::vector<int> attempts;
  session_unit_of_work unit_of_work(
      notes, unit_of_work_options{
                 .retry = {.attempts_max = 5, .on_retry = [&](int attempt, const error& failed) {
                             EXPECT_EQ(failed.code(), errc::commit_outcome_unknown);
                             attempts.push_back(attempt);
                           }}});
  disk.fail_next_syncs(2);
  EXPECT_EQ(club.execute(unit_of_work, write_note{"once"}), 7);
  EXPECT_EQ(attempts, (std::vector<int>{1, 2}));
  EXPECT_EQ(count_of(notes, "note"), 1);
  EXPECT_EQ(logged(), 1U);
}

// The log has no message of the store's, kept or not: to ask it would do everything twice.
TEST_P(outcome_test, T9_a_retry_asks_no_log_that_has_nothing_of_a_store_of_ones_own) {
  const auto drop_all = [](session&) { return std::make_unique<sinkhole_store>(); };
  session_unit_of_work unit_of_work(notes, drop_all, {.retry = {.attempts_max = 5}});
  disk.fail_next_syncs(1);
  EXPECT_THROW(club.execute(unit_of_work, write_note{"once"}), commit_outcome_unknown_error);
  EXPECT_THROW(sync_wait(unit_of_work.has_message(uuid{})), usage_error);
}

TEST_P(outcome_test, T5_a_disk_that_fails_before_the_commit_keeps_nothing_and_goes_on) {
  session_unit_of_work unit_of_work(notes);
  for (int i = 0; i < 3; ++i) {
    disk.fail_next_writes(1);
    EXPECT_THROW(club.execute(unit_of_work, write_note{"lost"}), error);
    EXPECT_EQ(club.execute(unit_of_work, write_note{"kept"}), 7);
  }
  EXPECT_EQ(count_of(notes, "note WHERE text = 'kept'"), 3);
  EXPECT_EQ(count_of(notes, "note"), 3);
  EXPECT_EQ(logged(), 3U);
  EXPECT_EQ(notes.check(), std::vector<std::string>{});
}

// SQLite undoes a transaction by itself after some errors, and where the SQL says so. What a
// handler that caught the error does then would be a transaction of its own, statement by
// statement.
TEST_P(outcome_test, T5_nothing_is_kept_behind_a_rollback_of_sqlites_own) {
  session_unit_of_work unit_of_work(notes);
  const auto write = [&](bool goes_on) {
    execute(unit_of_work, [&](session& session, session_transaction& transaction) {
      session.execute("INSERT INTO note(id, text) VALUES(1, 'first')");
      EXPECT_THROW(session.execute("INSERT OR ROLLBACK INTO note(id, text) VALUES(1, 'second')"),
                   constraint_error);
      transaction.store().add(testing::sample_message());
      if (goes_on) session.execute("INSERT INTO note(id, text) VALUES(2, 'third')");
    });
  };
  for (const bool goes_on : {true, false}) {
    EXPECT_THROW(write(goes_on), transaction_error);
    EXPECT_EQ(count_of(notes, "note"), 0);
    EXPECT_EQ(logged(), 0U);
  }
  EXPECT_EQ(club.execute(unit_of_work, write_note{"after"}), 7);
  EXPECT_EQ(logged(), 1U);
}

class shared_commit_test : public outcome_test {
 protected:
  /// Lets three callers queue, and the disk fail in the next commit. Returns how many of them do
  /// not know their outcome.
  int unknown_of_three() {
    std::atomic<int> unknown_count{0};
    std::vector<std::jthread> callers;
    auto first = unit_of_work.begin();
    for (int i = 0; i < 3; ++i) {
      callers.emplace_back([&] {
        try {
          club.execute(unit_of_work, write_note{"of many"});
          ++kept_count;
        } catch (const commit_outcome_unknown_error&) {
          ++unknown_count;
        }
      });
    }
    // Mostly long enough for all of them to queue.
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    disk.fail_next_syncs(1);
    first.rollback();
    callers.clear();
    return unknown_count;
  }

  session_unit_of_work unit_of_work{notes};
  std::atomic<int> kept_count{0};
};

TEST_P(shared_commit_test, T5_a_commit_that_fails_fails_all_who_share_it) {
  // On a machine that is busy, a caller may come when the others have been run.
  int unknown_count = 0;
  for (int times = 0; unknown_count != 3 && times < 20; ++times) unknown_count = unknown_of_three();
  EXPECT_EQ(unknown_count, 3);
  EXPECT_EQ(count_of(notes, "note"), kept_count);
  EXPECT_EQ(logged(), static_cast<std::size_t>(kept_count));
  EXPECT_EQ(club.execute(unit_of_work, write_note{"after"}), 7);
  EXPECT_EQ(notes.check(), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(commits, shared_commit_test, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(commits, outcome_test, ::testing::Bool(), [](const auto& in_group) {
  return in_group.param ? "in_group" : "alone";
});

}  // namespace
}  // namespace messagebus::sqlite
