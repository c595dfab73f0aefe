// Two units of work in each other's way: one is run again, and whoever takes part hears of both
// attempts.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <latch>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/bus.hpp>
#include <messagebus/postgresql/postgresql_error.hpp>
#include <messagebus/postgresql/unit_of_work.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "test_database.hpp"

namespace messagebus::postgresql {
namespace {

using texts = std::vector<std::string>;

/// Sets one number to the sum of both and one.
struct add_up {
  static constexpr auto schema = command("add_up", 1);
  std::string into;
  std::string other;
};
BOOST_DESCRIBE_STRUCT(add_up, (), (into, other))

class numbers {
 public:
  static inline std::string table;

  explicit numbers(session& session) : session_(session) {}

  std::int64_t read(const std::string& name, bool locks) {
    const std::string sql =
        "SELECT value FROM " + table + " WHERE name = $1" + (locks ? " FOR UPDATE" : "");
    return sync_wait(session_.query(sql, name)).front().get<std::int64_t>(0);
  }
  void write(const std::string& name, std::int64_t value) {
    session_.defer("UPDATE " + table + " SET value = $2 WHERE name = $1", name, value);
  }

 private:
  session& session_;
};

struct number_ports {
  numbers& all;
};
using number_transaction = transaction<number_ports>;

/// Handed in for one command, and so for all its attempts.
struct witness {
  texts heard;
  void on_after_commit() { heard.emplace_back("commit"); }
  void on_after_rollback() { heard.emplace_back("rollback"); }
};

/// Made by the bus, for each attempt another.
class clerk {
 public:
  struct book {
    std::mutex mutex;
    int made = 0;
    texts heard;
  };

  explicit clerk(book& kept) : book_(&kept) {
    const std::lock_guard lock(book_->mutex);
    ++book_->made;
  }
  void on_after_commit() { note("commit"); }
  void on_after_rollback() { note("rollback"); }

 private:
  void note(const char* what) {
    const std::lock_guard lock(book_->mutex);
    book_->heard.emplace_back(what);
  }

  book* book_;
};

class retry_test : public ::testing::Test {
 protected:
  retry_test() {
    numbers::table = schema_.table("number");
    database_.execute("CREATE TABLE " + numbers::table +
                      "(name text PRIMARY KEY, value bigint NOT NULL); INSERT INTO " +
                      numbers::table + " VALUES('a', 0), ('b', 0)");
    trying_.retry.attempts_max = 50;
    trying_.retry.on_retry = [this](int, const error& failed) {
      const std::lock_guard lock(clerks_.mutex);
      EXPECT_EQ(failed.code(), errc::conflict) << failed.what();
      const auto* const told = dynamic_cast<const postgresql_error*>(&failed);
      failures_.push_back(told == nullptr ? failed.what() : told->sqlstate());
    };
    bus_.provide([this] { return clerk(clerks_); });
  }

  /// Each of two threads has read what the other writes before either goes on.
  void run_two(database& used, bool locks) {
    std::latch meeting(2);
    bus_.on([&](const add_up& command, number_transaction& transaction, witness& seen, clerk&) {
      const bool is_first = seen.heard.empty();
      const std::int64_t into = transaction->all.read(command.into, locks);
      if (locks && is_first) meeting.arrive_and_wait();
      const std::int64_t other = transaction->all.read(command.other, locks);
      if (!locks && is_first) meeting.arrive_and_wait();
      transaction->all.write(command.into, into + other + 1);
    });
    unit_of_work<number_ports, numbers> unit_of_work(used, trying_);
    const auto run = [&](const char* into, const char* other, witness& seen) {
      EXPECT_NO_THROW(bus_.execute(unit_of_work, add_up{into, other}, seen));
    };
    const std::jthread first([&] { run("a", "b", witnesses_[0]); });
    run("b", "a", witnesses_[1]);
  }

  void expect_both_done_and_hooks_that_know() {
    const std::string sql = "SELECT value FROM " + numbers::table + " ORDER BY value";
    session reading(database_);
    const rows found = sync_wait(reading.query(sql));
    EXPECT_EQ(found[0].get<int>(0), 1);
    EXPECT_EQ(found[1].get<int>(0), 2) << "as if one had run after the other";
    EXPECT_EQ(testing::names_of(testing::read_all(*database_.open_log())),
              (testing::texts{"add_up", "add_up"}));
    ASSERT_GE(failures_.size(), 1U) << "they were not in each other's way";
    texts heard = witnesses_[0].heard;
    heard.insert(heard.end(), witnesses_[1].heard.begin(), witnesses_[1].heard.end());
    for (const witness& each : witnesses_) {
      EXPECT_EQ(std::ranges::count(each.heard, "commit"), 1);
      EXPECT_EQ(each.heard.back(), "commit");
    }
    EXPECT_EQ(heard.size(), 2 + failures_.size());
    std::ranges::sort(heard);
    std::ranges::sort(clerks_.heard);
    EXPECT_EQ(clerks_.heard, heard) << "as many as attempts, by each of which one was made";
    EXPECT_EQ(clerks_.made, static_cast<int>(heard.size()));
  }

  test_schema schema_;
  database database_{schema_.address() + "?options=-cdeadlock_timeout%3D20", schema_.options()};
  unit_of_work_options trying_;
  clerk::book clerks_;
  texts failures_;
  std::array<witness, 2> witnesses_;
  bus<number_ports> bus_;
};

TEST_F(retry_test, D4_a_deadlock_is_run_again_and_hooks_hear_of_both_attempts) {
  run_two(database_, true);
  // Who is run again may meet the other once more before that has gone on.
  EXPECT_EQ(std::ranges::count(failures_, "40P01"), std::ranges::ssize(failures_));
  expect_both_done_and_hooks_that_know();
}

TEST_F(retry_test, D4_a_serialization_failure_is_run_again_and_hooks_hear_of_both_attempts) {
  auto options = schema_.options();
  options.isolation = isolation::serializable;
  database serializable(schema_.address(), options);
  run_two(serializable, false);
  EXPECT_EQ(std::ranges::count(failures_, "40001"), std::ranges::ssize(failures_));
  expect_both_done_and_hooks_that_know();
}

}  // namespace
}  // namespace messagebus::postgresql
