// Statements, and the connection that they leave to the next transaction.

#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <chrono>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/postgresql_error.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <set>
#include <string>

#include "test_database.hpp"

namespace messagebus::postgresql {
namespace {

class statements_test : public ::testing::Test {
 protected:
  database_options options() const {
    auto options = schema_.options();
    options.connections_max = 1;
    return options;
  }

  test_schema schema_;
  database database_{schema_.address(), options()};
};

TEST_F(statements_test, go_on_after_their_table_was_altered) {
  const std::string table = schema_.table("thing");
  const std::string sql = "SELECT * FROM " + table;
  database_.execute("CREATE TABLE " + table + "(a int); INSERT INTO " + table + " VALUES(1)");
  const auto ask = [&] {
    session asking(database_);
    return PQnfields(sync_wait(asking.query(sql)).native_handle());
  };
  EXPECT_EQ(ask(), 1);
  for (int columns = 2; columns <= 4; ++columns) {
    database_.execute("ALTER TABLE " + table + " ADD c" + std::to_string(columns) + " text");
    try {
      ask();
      FAIL() << "the outdated plan was of use";
    } catch (const error& outdated) {
      EXPECT_TRUE(outdated.is_retryable()) << outdated.what();
    }
    EXPECT_EQ(ask(), columns);
  }
}

TEST_F(statements_test, have_other_names_on_each_connection_when_they_are_prepared) {
  // A pooler may let the next transaction of one client meet what another has prepared.
  auto two = options();
  two.connections_max = 2;
  database used(schema_.address(), two);
  session first(used);
  session second(used);
  std::set<std::string> names;
  std::size_t prepared = 0;
  for (session* const asking : {&first, &second}) {
    sync_wait(asking->query("SELECT 1"));
    const rows found = sync_wait(asking->query("SELECT name FROM pg_prepared_statements"));
    EXPECT_GE(found.size(), 2U);
    prepared += found.size();
    for (const row& row : found) names.insert(row.get<std::string>(0));
  }
  EXPECT_EQ(names.size(), prepared);
}

TEST_F(statements_test, T3_that_fail_late_leave_nothing_to_the_next_transaction) {
  const std::string table = schema_.table("thing");
  const std::string insert = "INSERT INTO " + table + " VALUES($1)";
  database_.execute("CREATE TABLE " + table + "(a int PRIMARY KEY); INSERT INTO " + table +
                    " VALUES(1)");
  for (const bool has_begun : {false, true}) {
    {
      session dropped(database_);
      if (has_begun) sync_wait(dropped.execute(insert, 2));
      dropped.defer(insert, 1);
    }
    session next(database_);
    sync_wait(next.execute(insert, has_begun ? 4 : 3));
    EXPECT_NO_THROW(sync_wait(next.commit()));
  }
  session rolled_back(database_);
  rolled_back.defer(insert, 1);
  sync_wait(rolled_back.rollback());
  session looking(database_);
  EXPECT_EQ(sync_wait(looking.query("SELECT count(*) FROM " + table)).front().get<std::int64_t>(0),
            3);
}

TEST_F(statements_test, T3_that_came_behind_one_that_failed_are_run_by_the_next_transaction) {
  constexpr auto sql = "SELECT 7 AS not_prepared_yet";
  {
    session failing(database_);
    failing.defer("SELECT 1 / 0");
    EXPECT_THROW(sync_wait(failing.query(sql)), postgresql_error);
  }
  session next(database_);
  EXPECT_EQ(sync_wait(next.query(sql)).front().get<int>(0), 7);
}

TEST_F(statements_test, T5_that_would_end_the_transaction_are_refused_and_do_no_harm) {
  const std::string table = schema_.table("thing");
  database_.execute("CREATE TABLE " + table + "(a int)");
  session writing(database_);
  sync_wait(writing.execute("INSERT INTO " + table + " VALUES(1)"));
  for (const char* sql : {"COMMIT", " end;", "-- all\n/* of it */ Rollback work", "ABORT",
                          "prepare transaction 'mine'", "COMMIT AND CHAIN", "--\rCOMMIT",
                          "/* with /* another */ in it */COMMIT--"}) {
    EXPECT_THROW(sync_wait(writing.execute(sql)), usage_error) << sql;
    EXPECT_THROW(writing.defer(sql), usage_error) << sql;
  }
  sync_wait(writing.execute("SAVEPOINT here"));
  sync_wait(writing.execute("INSERT INTO " + table + " VALUES(2)"));
  sync_wait(writing.execute("ROLLBACK TO here"));
  sync_wait(writing.execute("rollback transaction to savepoint here"));
  sync_wait(writing.execute("PREPARE transaction_of_mine AS SELECT 1"));
  sync_wait(writing.execute("/* with /* another */ COMMIT */ SELECT 1"));
  sync_wait(writing.commit());
  session looking(database_);
  EXPECT_EQ(sync_wait(looking.query("SELECT count(*) FROM " + table)).front().get<int>(0), 1);
}

TEST_F(statements_test, T5_a_transaction_that_was_ended_on_the_native_handle_is_not_committed) {
  for (const char* sql : {"COMMIT", "ROLLBACK"}) {
    session writing(database_);
    writing.store().add(testing::sample_message());
    PQclear(PQexec(sync_wait(writing.native_handle()), sql));
    EXPECT_THROW(sync_wait(writing.query("SELECT 1")), usage_error);
    EXPECT_THROW(writing.defer("SELECT 1"), usage_error);
    EXPECT_THROW(sync_wait(writing.commit()), usage_error);
  }
  EXPECT_TRUE(testing::read_all(*database_.open_log()).empty());
}

TEST_F(statements_test, of_a_script_have_no_limit_and_those_of_sessions_keep_theirs) {
  auto hurried = options();
  hurried.statement_wait_max = std::chrono::milliseconds(100);
  database used(schema_.address(), hurried);
  EXPECT_NO_THROW(used.execute("SELECT pg_sleep(0.4)"));
  EXPECT_THROW(used.execute("no SQL"), postgresql_error);
  session asking(used);
  EXPECT_THROW(sync_wait(asking.query("SELECT pg_sleep(10)")), postgresql_error);
}

TEST_F(statements_test, that_say_nothing_do_nothing) {
  session asking(database_);
  EXPECT_EQ(sync_wait(asking.execute("")), 0);
  EXPECT_EQ(sync_wait(asking.execute("-- a comment")), 0);
  EXPECT_EQ(sync_wait(asking.query("SELECT 7")).front().get<int>(0), 7);
}

TEST_F(statements_test, that_copy_are_refused_for_good) {
  for (const char* sql : {"COPY (SELECT 1) TO STDOUT", "COPY pg_class FROM STDIN"}) {
    session copying(database_);
    try {
      sync_wait(copying.execute(sql));
      FAIL() << "a COPY was run";
    } catch (const error& refused) {
      EXPECT_NE(std::string(refused.what()).find("native handle"), std::string::npos);
      EXPECT_FALSE(refused.is_retryable()) << refused.what();
    }
  }
}

TEST_F(statements_test, T3_a_script_may_follow_a_session_that_was_dropped) {
  for (int round = 0; round < 50; ++round) {
    {
      session dropped(database_);
      sync_wait(dropped.query("SELECT 1"));
    }
    ASSERT_NO_THROW(database_.execute("SELECT 1"));
  }
}

}  // namespace
}  // namespace messagebus::postgresql
