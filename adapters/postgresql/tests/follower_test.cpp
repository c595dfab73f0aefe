// Followers: woken by whoever commits, not by looking.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "connection.hpp"
#include "connection_settings.hpp"
#include "server_connection.hpp"
#include "test_database.hpp"

namespace messagebus::postgresql {
namespace {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

class follower_test : public ::testing::Test {
 protected:
  void write_one() {
    session writing(database_);
    writing.store().add(testing::sample_message());
    sync_wait(writing.commit());
  }

  /// Follows in a thread of its own until the test ends.
  void follow(const database& followed) {
    follower_ = std::jthread([this, &followed](const std::stop_token& stop) {
      auto log = followed.open_log();
      log->follow(
          {},
          [this](std::span<const recorded_message> messages, position) {
            handed_at_ = clock_type::now();
            handed_ += static_cast<int>(messages.size());
            handed_.notify_all();
          },
          stop);
    });
  }
  void wait_until_handed(int wanted) {
    for (int seen = handed_; seen < wanted; seen = handed_) handed_.wait(seen);
  }

  test_schema schema_;
  database database_{schema_.address(), schema_.options()};
  std::atomic<int> handed_ = 0;
  std::atomic<clock_type::time_point> handed_at_;
  std::jthread follower_;
};

TEST(postgresql_connection, keeps_no_notification_that_nobody_waits_for) {
  const auto settings =
      std::make_shared<const detail::connection_settings>(server_address(), database_options{});
  const auto open =
      sync_wait(detail::connection::open(settings, blocking_socket_waiter::instance()));
  open->queue("LISTEN club");
  EXPECT_NO_THROW(sync_wait(open->exchange()));
  server_connection ringing(server_address());
  for (int i = 0; i < 3; ++i) ringing.run("NOTIFY club, '" + std::to_string(i) + "'");
  // They come along with the answer.
  open->queue("SELECT 1");
  EXPECT_NO_THROW(sync_wait(open->exchange()));
  EXPECT_EQ(open->forget_notifications(), 3U);
  EXPECT_EQ(open->forget_notifications(), 0U);
}

TEST_F(follower_test, is_woken_by_a_commit_long_before_it_would_look) {
  const database other(schema_.address(), schema_.options());
  follow(other);
  std::vector<double> milliseconds;
  for (int round = 1; round <= 200; ++round) {
    std::this_thread::sleep_for(2ms);
    write_one();
    const auto committed_at = clock_type::now();
    wait_until_handed(round);
    const std::chrono::duration<double, std::milli> taken = handed_at_.load() - committed_at;
    milliseconds.push_back(taken.count());
  }
  std::ranges::sort(milliseconds);
  // It looks by itself once a second.
  EXPECT_LT(milliseconds[190], 100) << "nobody woke it";
  RecordProperty("p50_us", static_cast<int>(milliseconds[100] * 1000));
  RecordProperty("p99_us", static_cast<int>(milliseconds[198] * 1000));
  std::printf("from commit to follower: median %.2f ms, p99 %.2f ms\n", milliseconds[100],
              milliseconds[198]);
}

TEST_F(follower_test, is_woken_in_a_namespace_whose_name_is_as_long_as_names_may_be) {
  auto options = schema_.options();
  options.schema.resize(63, 'x');
  database named(schema_.address(), options);
  follow(named);
  std::vector<clock_type::duration> taken;
  for (int round = 1; round <= 5; ++round) {
    std::this_thread::sleep_for(50ms);
    session writing(named);
    writing.store().add(testing::sample_message());
    sync_wait(writing.commit());
    const auto committed_at = clock_type::now();
    wait_until_handed(round);
    taken.push_back(handed_at_.load() - committed_at);
  }
  std::ranges::sort(taken);
  EXPECT_LT(taken[2], 300ms) << "nobody woke it";
  follower_ = {};
  named.execute("DROP SCHEMA " + options.schema + " CASCADE");
}

TEST_F(follower_test, does_not_miss_a_writer_that_began_before_it_waited) {
  for (int round = 1; round <= 30; ++round) {
    session writing(database_);
    writing.store().add(testing::sample_message());
    std::jthread committing([&] {
      std::this_thread::sleep_for(std::chrono::microseconds(round * 100));
      sync_wait(writing.commit());
    });
    if (round == 1) follow(database_);
    const auto started = clock_type::now();
    wait_until_handed(round);
    EXPECT_LT(clock_type::now() - started, 500ms) << "its wake-up was lost";
  }
}

TEST_F(follower_test, looks_for_a_writer_that_was_there_before_it_waited) {
  // It has asked in vain whether somebody waits, and will not notify.
  server_connection writing(schema_.address());
  writing.run("BEGIN");
  writing.run("INSERT INTO " + schema_.table("message") +
              "(message_id, created_at, kind, name, schema_version, published, correlation_id, "
              "payload) VALUES (gen_random_uuid(), now(), 1, 'late', 1, false, gen_random_uuid(), "
              "'{}')");
  follow(database_);
  std::this_thread::sleep_for(200ms);
  const auto committed_at = clock_type::now();
  writing.run("COMMIT");
  wait_until_handed(1);
  EXPECT_LT(handed_at_.load() - committed_at, 300ms) << "it was seen by chance alone";
}

// Who has just heard that nobody waits does not ask again.
TEST_F(follower_test, does_not_miss_a_writer_that_did_not_ask) {
  follow(database_);
  for (int round = 1; round <= 60; ++round) {
    std::this_thread::sleep_for(std::chrono::microseconds(round * 150));
    const auto started = clock_type::now();
    for (int message = 0; message < 4; ++message) write_one();
    wait_until_handed(4 * round);
    EXPECT_LT(clock_type::now() - started, 500ms) << "its wake-up was lost";
  }
}

TEST_F(follower_test, is_told_late_by_a_writer_that_did_not_ask_and_had_to_wait) {
  server_connection holding(schema_.address());
  holding.run("CREATE TABLE " + schema_.table("shelf") + "(number int); INSERT INTO " +
              schema_.table("shelf") + " VALUES (1)");
  holding.run("BEGIN");
  holding.run("UPDATE " + schema_.table("shelf") + " SET number = 2");
  session writing(database_);
  writing.defer("UPDATE " + schema_.table("shelf") + " SET number = 3");
  writing.store().add(testing::sample_message());
  write_one();
  std::jthread committing([&] { sync_wait(writing.commit()); });
  std::this_thread::sleep_for(50ms);
  follow(database_);
  wait_until_handed(1);
  std::this_thread::sleep_for(100ms);
  const auto started = clock_type::now();
  holding.run("COMMIT");
  wait_until_handed(2);
  EXPECT_LT(clock_type::now() - started, 500ms) << "its wake-up was lost";
}

TEST_F(follower_test, a_lost_wake_up_delays_and_loses_nothing) {
  follow(database_);
  write_one();
  wait_until_handed(1);
  std::this_thread::sleep_for(50ms);
  // A stranger writes, and tells nobody.
  server_connection(schema_.address())
      .run("INSERT INTO " + schema_.table("message") +
           "(message_id, created_at, kind, name, schema_version, published, correlation_id, "
           "payload) VALUES (gen_random_uuid(), now(), 2, 'x', 1, false, gen_random_uuid(), '{}')");
  wait_until_handed(2);
}

TEST_F(follower_test, goes_on_after_its_connection_was_cut) {
  follow(database_);
  for (int round = 1; round <= 5; ++round) {
    write_one();
    wait_until_handed(round);
    server_connection(schema_.address())
        .run(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE "
            "'%pg_locks%' AND pid <> pg_backend_pid()");
  }
}

TEST_F(follower_test, a_trigger_that_keeps_messages_out_hurts_nobody) {
  const std::string function = schema_.table("keep_out");
  server_connection(schema_.address())
      .run("CREATE FUNCTION " + function +
           "() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER "
           "keep_out BEFORE INSERT ON " +
           schema_.table("message") + " FOR EACH ROW EXECUTE FUNCTION " + function + "()");
  write_one();
  EXPECT_EQ(sync_wait(database_.open_log()->last_position()), position{0});
}

TEST_F(follower_test, writers_do_nothing_for_followers_that_are_not_there) {
  server_connection listening(schema_.address());
  listening.run("LISTEN \"messagebus_" + schema_.name() + "\"");
  for (int round = 0; round < 20; ++round) write_one();
  EXPECT_EQ(listening.notifications(), 0);
  follow(database_);
  wait_until_handed(20);
  std::this_thread::sleep_for(100ms);
  write_one();
  wait_until_handed(21);
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(listening.notifications(), 1);
}

}  // namespace
}  // namespace messagebus::postgresql
