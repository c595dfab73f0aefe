// Commits that fail, and those of which nobody knows.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/constraint_error.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "counters.hpp"
#include "cutting_proxy.hpp"
#include "expected_errors.hpp"
#include "server_connection.hpp"
#include "test_database.hpp"

namespace messagebus::postgresql {
namespace {

using testing::add_counter;
using testing::count;
using testing::counting;

class commit_test : public ::testing::Test {
 protected:
  commit_test() { counters::make_table(direct_, schema_); }

  database_options options() const {
    auto options = schema_.options();
    options.prepared_statements_max = 0;  // so that the proxy can read COMMIT
    return options;
  }

  std::int64_t value_of(const std::string& name) {
    const std::string sql = "SELECT value FROM " + counters::table + " WHERE name = $1";
    session reading(direct_);
    const rows found = sync_wait(reading.query(sql, name));
    return found.empty() ? -1 : found.front().get<std::int64_t>(0);
  }

  test_schema schema_;
  database direct_{schema_.address(), schema_.options()};
  cutting_proxy proxy_{schema_.address()};
  database cut_{proxy_.address(), options()};
  testing::counting_bus bus_;
};

class unknown_outcome : public commit_test,
                        public ::testing::WithParamInterface<cutting_proxy::cut> {
 protected:
  bool is_kept() const { return GetParam() == cutting_proxy::cut::before_the_client_hears; }
};

TEST_P(unknown_outcome, T9_is_an_error_of_its_own_and_the_log_tells) {
  counting_unit_of_work unit_of_work(cut_);
  envelope<add_counter> command{{}, {"a"}};
  command.header.message_id = testing::sample_message().message_id;
  proxy_.cut_next_commit(GetParam());
  EXPECT_THROW(bus_.execute(unit_of_work, command), commit_outcome_unknown_error);
  EXPECT_EQ(sync_wait(unit_of_work.has_message(command.header.message_id)), is_kept());
  EXPECT_EQ(sync_wait(direct_.log().find(command.header.message_id)).has_value(), is_kept());
  EXPECT_EQ(value_of("a"), is_kept() ? 0 : -1);
}

TEST_P(unknown_outcome, T9_a_retry_does_it_once_and_returns_what_the_handler_said) {
  int retries = 0;
  unit_of_work_options trying;
  trying.retry.attempts_max = 5;
  trying.retry.on_retry = [&](int, const error&) { ++retries; };
  counting_unit_of_work unit_of_work(cut_, trying);
  proxy_.cut_next_commit(GetParam());
  EXPECT_EQ(bus_.execute(unit_of_work, add_counter{"a"}), counting::done);
  proxy_.cut_next_commit(GetParam());
  EXPECT_EQ(sync_wait(bus_.async_execute(unit_of_work, count{"a", 3})), counting::done);
  EXPECT_EQ(proxy_.cuts(), 2);
  EXPECT_EQ(retries, 2);
  EXPECT_EQ(value_of("a"), 3);
  EXPECT_EQ(testing::names_of(testing::read_all(*direct_.open_log())),
            (testing::texts{"add_counter", "counter_added", "count", "counted"}));
}

INSTANTIATE_TEST_SUITE_P(cut, unknown_outcome,
                         ::testing::Values(cutting_proxy::cut::before_the_server_hears,
                                           cutting_proxy::cut::before_the_client_hears));

TEST_F(commit_test,
       T5_a_connection_that_is_cut_before_the_commit_keeps_nothing_and_may_be_retried) {
  session writing(direct_);
  sync_wait(writing.execute("INSERT INTO " + counters::table + " VALUES('a', 1)"));
  const auto process = sync_wait(writing.query("SELECT pg_backend_pid()")).front().get<int>(0);
  server_connection other(schema_.address());
  other.run("SELECT pg_terminate_backend(" + std::to_string(process) + ")");
  const auto is_there = "SELECT 1 FROM pg_stat_activity WHERE pid = " + std::to_string(process);
  while (!other.run(is_there).empty()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  try {
    sync_wait(writing.execute("INSERT INTO " + counters::table + " VALUES('b', 1)"));
    FAIL() << "the connection is gone";
  } catch (const error& lost) {
    EXPECT_EQ(lost.code(), errc::storage_unavailable) << lost.what();
    EXPECT_TRUE(lost.is_retryable());
  }
  EXPECT_THROW(sync_wait(writing.commit()), error);
  EXPECT_EQ(value_of("a"), -1);
}

TEST_F(commit_test, T9_last_words_of_the_server_during_the_commit_do_not_tell_the_outcome) {
  direct_.execute("CREATE FUNCTION " + schema_.name() +
                  ".die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                  "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); END $$; "
                  "CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON " +
                  counters::table +
                  " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION " + schema_.name() +
                  ".die()");
  auto behind_pooler = schema_.options();
  behind_pooler.pooling = pooling::by_transaction;
  database pooled(address_of("MESSAGEBUS_TEST_PGBOUNCER"), behind_pooler);
  for (database* const used : {&direct_, &pooled}) {
    session writing(*used);
    sync_wait(writing.execute("INSERT INTO " + counters::table + " VALUES('a', 1)"));
    EXPECT_THROW(sync_wait(writing.commit()), commit_outcome_unknown_error);
  }
}

TEST_F(commit_test, T5_last_words_of_the_server_before_the_commit_say_that_nothing_is_kept) {
  auto options = schema_.options();
  options.connections_max = 1;
  database used(schema_.address(), options);
  for (const bool has_asked : {false, true}) {
    {
      // Leaves a ROLLBACK behind that nobody has waited for.
      session dropped(used);
      sync_wait(dropped.query("SELECT 1"));
    }
    session writing(used);
    if (has_asked) sync_wait(writing.query("SELECT 1"));
    writing.defer("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)");
    expect_error(errc::storage_unavailable, "", true, [&] { sync_wait(writing.commit()); });
  }
}

TEST_F(commit_test, a_violated_constraint_fails_the_transaction_and_the_connection_goes_on) {
  {
    session writing(direct_);
    sync_wait(writing.execute("INSERT INTO " + counters::table + " VALUES('a', 1)"));
    try {
      sync_wait(writing.execute("INSERT INTO " + counters::table + " VALUES('a', 2)"));
      FAIL() << "there were two of one name";
    } catch (const constraint_error& violated) {
      EXPECT_EQ(violated.code(), errc::constraint);
      EXPECT_EQ(violated.constraint(), "counter_pkey");
      EXPECT_FALSE(violated.is_retryable());
    }
    EXPECT_THROW(sync_wait(writing.commit()), error);
  }
  EXPECT_EQ(value_of("a"), -1);
  session again(direct_);
  sync_wait(again.execute("INSERT INTO " + counters::table + " VALUES('a', 3)"));
  sync_wait(again.commit());
  EXPECT_EQ(value_of("a"), 3);
}

TEST_F(commit_test, T5_what_was_deferred_and_fails_fails_the_commit) {
  session writing(direct_);
  writing.store().add(testing::sample_message());
  writing.defer("INSERT INTO " + counters::table + " VALUES($1, NULL)", "a");
  EXPECT_THROW(sync_wait(writing.commit()), constraint_error);
  EXPECT_TRUE(testing::read_all(*direct_.open_log()).empty());
}

TEST_F(commit_test, T4_a_commit_that_failed_has_ended_its_session) {
  auto options = schema_.options();
  options.connections_max = 1;
  options.connection_wait_max = std::chrono::milliseconds(100);
  database used(schema_.address(), options);
  session writing(used);
  writing.defer("INSERT INTO " + counters::table + " VALUES($1, NULL)", "a");
  EXPECT_THROW(sync_wait(writing.commit()), constraint_error);
  EXPECT_THROW(sync_wait(writing.query("SELECT 1")), transaction_error);
  EXPECT_NO_THROW(const session next(used)) << "it has kept its connection";
}

TEST_F(commit_test, T4_a_commit_of_nothing_has_ended_its_session) {
  session unused(direct_);
  sync_wait(unused.commit());
  EXPECT_THROW(sync_wait(unused.query("SELECT 1")), transaction_error);
}

TEST_F(commit_test, a_table_of_the_applications_own_is_not_taken_for_the_log) {
  const std::string other = schema_.name() + "_shop";
  const std::string table = other + ".message";
  direct_.execute("CREATE SCHEMA " + other + "; CREATE TABLE " + table +
                  "(id int CONSTRAINT message_id_is_unique PRIMARY KEY)");
  session writing(direct_);
  for (int i = 0; i < 2; ++i) writing.defer("INSERT INTO " + table + " VALUES(1)");
  EXPECT_THROW(sync_wait(writing.commit()), constraint_error);
  direct_.execute("DROP SCHEMA " + other + " CASCADE");
}

TEST_F(commit_test, T9_a_connection_that_is_lost_while_messages_are_copied_keeps_nothing) {
  auto options = schema_.options();
  options.inserted_messages_max = 1;
  database copying(schema_.address(), options);
  copying.execute("CREATE FUNCTION " + schema_.name() +
                  ".die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                  "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); END $$; "
                  "CREATE TRIGGER dies BEFORE INSERT ON " +
                  schema_.table("message") + " FOR EACH ROW EXECUTE FUNCTION " + schema_.name() +
                  ".die()");
  session writing(copying);
  for (int i = 0; i < 2; ++i) writing.store().add(testing::sample_message());
  expect_error(errc::storage_unavailable, "", true, [&] { sync_wait(writing.commit()); });
}

/// Fails to wait once it is told to, as when there are no descriptors left.
class failing_waiter final : public socket_waiter {
 public:
  task<> until(socket_wait& wait) override {
    if (fails) throw std::system_error(std::make_error_code(std::errc::too_many_files_open));
    return blocking_socket_waiter::instance().until(wait);
  }
  bool fails = false;
};

TEST_F(commit_test, T9_a_commit_whose_answer_cannot_be_waited_for_is_unknown) {
  failing_waiter waiter;
  auto options = schema_.options();
  options.waiter = &waiter;
  database used(schema_.address(), options);
  session writing(used);
  writing.store().add(testing::sample_message());
  waiter.fails = true;
  EXPECT_THROW(sync_wait(writing.commit()), commit_outcome_unknown_error);
  waiter.fails = false;
  session next(used);
  EXPECT_EQ(sync_wait(next.query("SELECT 1")).size(), 1U);
}

TEST_F(commit_test, T5_what_failed_on_the_native_handle_is_not_reported_as_kept) {
  for (const bool has_messages : {true, false}) {
    session writing(direct_);
    if (has_messages) writing.store().add(testing::sample_message());
    PGconn* const handle = sync_wait(writing.native_handle());
    PQclear(PQexec(handle, ("INSERT INTO " + counters::table + " VALUES('a', 1)").c_str()));
    PQclear(PQexec(handle, "this is no SQL"));
    EXPECT_THROW(sync_wait(writing.commit()), error) << has_messages;
    EXPECT_EQ(value_of("a"), -1);
  }
  session other(direct_);
  other.store().add(testing::sample_message());
  PQclear(PQexec(sync_wait(other.native_handle()),
                 ("INSERT INTO " + counters::table + " VALUES('a', 1)").c_str()));
  sync_wait(other.commit());
  EXPECT_EQ(value_of("a"), 1);
}

TEST_F(commit_test, D4_B10_serialization_failures_are_run_again_until_each_count_is_there) {
  auto strict = schema_.options();
  strict.isolation = isolation::serializable;
  database serializable(schema_.address(), strict);
  std::atomic<int> retries = 0;
  unit_of_work_options trying;
  trying.retry.attempts_max = 200;
  trying.retry.on_retry = [&](int, const error& failed) {
    EXPECT_EQ(failed.code(), errc::conflict) << failed.what();
    ++retries;
  };
  counting_unit_of_work unit_of_work(serializable, trying);
  bus_.execute(unit_of_work, add_counter{"a"});
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        EXPECT_EQ(bus_.execute(unit_of_work, count{"a"}), counting::done);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(value_of("a"), 100);
  EXPECT_GT(retries, 0) << "the writers were never in each other's way";
}

TEST_F(commit_test, a_retry_ends_after_so_many_attempts) {
  unit_of_work_options trying;
  trying.retry.attempts_max = 3;
  int attempts = 1;
  trying.retry.on_retry = [&](int attempt, const error&) { attempts = attempt + 1; };
  server_connection blocking(schema_.address());
  blocking.run("BEGIN; LOCK TABLE " + counters::table);
  database impatient(schema_.address() + "?options=-clock_timeout%3D1", schema_.options());
  counting_unit_of_work hurried(impatient, trying);
  EXPECT_THROW(bus_.execute(hurried, count{"a"}), error);
  EXPECT_EQ(attempts, 3);
}

}  // namespace
}  // namespace messagebus::postgresql
