// What bad input gets: each error says what is wrong and what to do, and none shows a password.

#include <gtest/gtest.h>

#include <chrono>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "expected_errors.hpp"
#include "server_connection.hpp"
#include "test_database.hpp"

namespace messagebus::postgresql {
namespace {

using namespace std::chrono_literals;

TEST(postgresql_errors, privileges_that_are_missing) {
  const test_schema schema;
  const std::string& role = schema.name();
  database owner(schema.address(), schema.options());
  owner.execute("CREATE ROLE " + role + " LOGIN");
  auto reading = schema.options();
  reading.read_only = true;
  expect_refused(as_user(role), errc::storage, "grant the user", false, reading);
  owner.execute("GRANT USAGE ON SCHEMA " + role + " TO " + role);
  expect_refused(as_user(role), errc::storage, "grant the user", false, reading);
  owner.execute("GRANT SELECT ON " + schema.table("schema_version") + " TO " + role);
  {
    const database opened(as_user(role), reading);
    expect_error(errc::storage, "grant the user", false,
                 [&] { testing::read_all(*opened.open_log()); });
    owner.execute("GRANT SELECT ON " + schema.table("message") + " TO " + role);
    EXPECT_TRUE(testing::read_all(*opened.open_log()).empty());
    database writing(as_user(role), schema.options());
    session refused(writing);
    refused.store().add(testing::sample_message());
    expect_error(errc::storage, "grant the user", false, [&] { sync_wait(refused.commit()); });
  }
  expect_refused(as_user(role), errc::storage, "grant the user", false, {.schema = "of_" + role});
  owner.execute("DROP OWNED BY " + role + "; DROP ROLE " + role);
}

// A script runs on a connection that blocks, and an error of it is as short as any other.
TEST(postgresql_errors, a_script_whose_connection_an_administrator_has_ended) {
  const test_schema schema;
  database opened(schema.address(), schema.options());
  expect_error(errc::storage_unavailable, "an administrator has ended the connection: try again",
               true, [&] { opened.execute("SELECT pg_terminate_backend(pg_backend_pid())"); });
  EXPECT_NO_THROW(opened.execute("SELECT 1")) << "another connection goes on";
}

TEST(postgresql_errors, a_schema_that_was_renamed_while_the_log_is_open) {
  const test_schema schema;
  database opened(schema.address(), schema.options());
  const auto log = opened.open_log();
  server_connection stranger(schema.address());
  stranger.run("ALTER SCHEMA " + schema.name() + " RENAME TO not_" + schema.name());
  for (int i = 0; i < 2; ++i) {
    expect_error(errc::storage, "renamed or dropped", false, [&] { testing::read_all(*log); });
  }
  stranger.run("ALTER SCHEMA not_" + schema.name() + " RENAME TO " + schema.name());
  EXPECT_TRUE(testing::read_all(*log).empty()) << "named back, the same log goes on";
}

TEST(postgresql_errors, a_transaction_that_was_idle_too_long_may_be_retried_and_kept_nothing) {
  const test_schema schema;
  database opened(schema.address() + "?options=-cidle_in_transaction_session_timeout%3D20",
                  schema.options());
  for (const bool has_messages : {false, true}) {
    session idle(opened);
    sync_wait(idle.query("SELECT 1"));
    if (has_messages) idle.store().add(testing::sample_message());
    std::this_thread::sleep_for(200ms);
    expect_error(errc::storage_unavailable, "idle_in_transaction_session_timeout", true,
                 [&] { sync_wait(idle.commit()); });
  }
  EXPECT_TRUE(testing::read_all(*opened.open_log()).empty());
}

TEST(postgresql_errors, a_statement_that_somebody_else_has_prepared_on_the_connection) {
  const test_schema schema;
  database opened(schema.address(), schema.options());
  session writing(opened);
  expect_error(errc::storage, "pooling to by_transaction", false, [&] {
    sync_wait(writing.execute("PREPARE mine AS SELECT 1"));
    sync_wait(writing.execute("PREPARE mine AS SELECT 2"));
  });
}

TEST(postgresql_errors, a_pool_that_is_used_up) {
  const test_schema schema;
  auto options = schema.options();
  options.connections_max = 1;
  options.connection_wait_max = 50ms;
  database opened(schema.address(), options);
  const session first(opened);
  expect_error(errc::busy, "connections_max", true, [&] { const session second(opened); });
}

TEST(postgresql_errors, who_waits_for_a_connection_gets_the_next_one) {
  const test_schema schema;
  auto options = schema.options();
  options.connections_max = 2;
  database opened(schema.address(), options);
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 12; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        session used(opened);
        EXPECT_EQ(sync_wait(used.query("SELECT 1")).front().get<int>(0), 1);
      }
    });
  }
}

TEST(postgresql_errors, an_idle_connection_that_the_server_has_closed_is_given_to_nobody) {
  const test_schema schema;
  auto options = schema.options();
  options.connections_max = 1;
  database opened(schema.address(), options);
  int process = 0;
  {
    session used(opened);
    process = sync_wait(used.query("SELECT pg_backend_pid()")).front().get<int>(0);
    sync_wait(used.commit());
  }
  server_connection other(schema.address());
  const std::string number = std::to_string(process);
  other.run("SELECT pg_terminate_backend(" + number + ")");
  while (!other.run("SELECT 1 FROM pg_stat_activity WHERE pid = " + number).empty()) {
    std::this_thread::sleep_for(1ms);
  }
  session next(opened);
  EXPECT_NE(sync_wait(next.query("SELECT pg_backend_pid()")).front().get<int>(0), process);
}

/// Hears nothing once it is told to, as where the other end has gone without a word.
class deaf_waiter final : public socket_waiter {
 public:
  task<> until(socket_wait& wait) override {
    if (!std::exchange(hears_nothing, false)) return blocking_socket_waiter::instance().until(wait);
    EXPECT_TRUE(wait.deadline) << "it would wait for ever";
    wait.outcome = wait_outcome::deadline_passed;
    return {};
  }
  bool hears_nothing = false;
};

TEST(postgresql_errors, an_idle_connection_that_does_not_answer_is_given_to_nobody) {
  const test_schema schema;
  deaf_waiter waiter;
  auto options = schema.options();
  options.connections_max = 1;
  options.idle_check_after = 0ms;
  options.waiter = &waiter;
  database opened(schema.address(), options);
  const auto process = [&] {
    session asking(opened);
    const rows found = sync_wait(asking.query("SELECT pg_backend_pid()"));
    sync_wait(asking.commit());
    return found.front().get<int>(0);
  };
  const int first = process();
  std::this_thread::sleep_for(2ms);  // what it said last is no sign of life any more
  EXPECT_EQ(process(), first);
  std::this_thread::sleep_for(2ms);
  waiter.hears_nothing = true;
  int next = first;
  EXPECT_NO_THROW(next = process());
  EXPECT_NE(next, first);
}

TEST(postgresql_errors, a_database_that_is_read_only) {
  const test_schema schema;
  { const database made(schema.address(), schema.options()); }
  database opened(schema.address() + "?options=-cdefault_transaction_read_only%3Don",
                  schema.options());
  session writing(opened);
  writing.store().add(testing::sample_message());
  expect_error(errc::storage_read_only, "target_session_attrs", false,
               [&] { sync_wait(writing.commit()); });
}

TEST(postgresql_errors, a_table_that_was_altered_by_hand) {
  const test_schema schema;
  database opened(schema.address(), schema.options());
  opened.execute("ALTER TABLE " + schema.table("message") + " ALTER COLUMN name TYPE varchar");
  session writing(opened);
  writing.store().add(testing::sample_message());
  sync_wait(writing.commit());
  expect_error(errc::storage_corrupt, "altered", false,
               [&] { testing::read_all(*opened.open_log()); });
  opened.execute("ALTER TABLE " + schema.table("message") + " DROP COLUMN payload");
  session again(opened);
  again.store().add(testing::sample_message());
  expect_error(errc::storage, "altered the table", false, [&] { sync_wait(again.commit()); });
}

TEST(postgresql_errors, a_log_that_refuses_the_messages_of_the_library_is_corrupt) {
  const test_schema schema;
  auto options = schema.options();
  options.inserted_messages_max = 1;
  database opened(schema.address(), options);
  const std::string altering = "ALTER TABLE " + schema.table("message") + " ";
  const auto write = [&](int messages) {
    session writing(opened);
    for (int i = 0; i < messages; ++i) writing.store().add(testing::sample_message());
    sync_wait(writing.commit());
  };
  write(2);
  for (const int messages : {1, 2}) {  // by INSERT and by COPY
    opened.execute(altering + "ALTER COLUMN position RESTART WITH 1");
    expect_error(errc::storage_corrupt, "RESTART WITH n", false, [&] { write(messages); });
    opened.execute(altering + "ALTER COLUMN position DROP IDENTITY");
    expect_error(errc::storage_corrupt, "ADD GENERATED ALWAYS AS IDENTITY (START WITH n)", false,
                 [&] { write(messages); });
    expect_error(errc::storage_corrupt, "ADD GENERATED ALWAYS AS IDENTITY (START WITH n)", false,
                 [&] { testing::read_all(*opened.open_log()); });
    opened.execute(altering + "ALTER COLUMN position ADD GENERATED ALWAYS AS IDENTITY (START 10)");
    opened.execute(altering + "ADD CONSTRAINT mine CHECK (false) NOT VALID");
    expect_error(errc::storage_corrupt, "messagebus verify", false, [&] { write(messages); });
    opened.execute(altering + "DROP CONSTRAINT mine");
  }
  write(1);
}

TEST(postgresql_errors, a_null_where_none_may_be_is_no_message) {
  const test_schema schema;
  database opened(schema.address(), schema.options());
  session writing(opened);
  for (int i = 0; i < 3; ++i) writing.store().add(testing::sample_message());
  sync_wait(writing.commit());
  for (const std::string column : {"correlation_id", "kind", "message_id", "payload", "name"}) {
    opened.execute("ALTER TABLE " + schema.table("message") + " ALTER " + column +
                   " DROP NOT NULL; UPDATE " + schema.table("message") + " SET " + column +
                   " = NULL WHERE position = 2");
    expect_error(errc::storage_corrupt, "position 2: ", false,
                 [&] { testing::read_all(*opened.open_log()); });
  }
}

TEST(postgresql_errors, a_time_that_no_message_was_made_at) {
  const test_schema schema;
  database opened(schema.address(), schema.options());
  session writing(opened);
  writing.store().add(testing::sample_message());
  sync_wait(writing.commit());
  opened.execute("UPDATE " + schema.table("message") + " SET created_at = 'infinity'");
  expect_error(errc::storage_corrupt, "position 1: created_at is infinite", false,
               [&] { testing::read_all(*opened.open_log()); });
}

TEST(postgresql_errors, characters_that_the_database_does_not_have) {
  const test_schema named;
  server_connection owner(server_address());
  owner.run("CREATE DATABASE " + named.name() + " ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'");
  {
    const std::string address = server_address();
    database opened(address.substr(0, address.rfind('/') + 1) + named.name());
    session writing(opened);
    auto message = testing::sample_message();
    message.payload = R"({"name":"Zoë"})";
    writing.store().add(message);
    sync_wait(writing.commit());
    EXPECT_EQ(testing::read_all(*opened.open_log()).front().payload, message.payload);
    session refused(opened);
    message = testing::sample_message();
    message.payload = R"({"name":"🐘"})";
    refused.store().add(message);
    expect_error(errc::encode, "ENCODING 'UTF8'", false, [&] { sync_wait(refused.commit()); });
    session asking(opened);
    expect_error(errc::encode, "not UTF-8", false,
                 [&] { sync_wait(asking.query("SELECT $1", "\xff")); });
    const auto findings = sync_wait(opened.check());
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_NE(findings.front().find("keeps texts as LATIN1"), std::string::npos);
  }
  owner.run("DROP DATABASE " + named.name());
}

TEST(postgresql_errors, a_full_disk_and_a_slow_statement) {
  const test_schema schema;
  auto options = schema.options();
  options.statement_wait_max = 50ms;
  database opened(schema.address(), options);
  session writing(opened);
  expect_error(errc::storage_full, "make room", true, [&] {
    sync_wait(writing.execute("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100'; END $$"));
  });
  session slow(opened);
  expect_error(errc::busy, "statement_wait_max", true,
               [&] { sync_wait(slow.query("SELECT pg_sleep(10)")); });
}

TEST(postgresql_errors, a_statement_that_is_cancelled) {
  const test_schema schema;
  database opened(schema.address(), schema.options());
  session slow(opened);
  std::jthread cancelling([&] {
    std::this_thread::sleep_for(50ms);
    slow.cancel();
  });
  expect_error(errc::busy, "cancel", true, [&] { sync_wait(slow.query("SELECT pg_sleep(10)")); });
}

TEST(postgresql_errors, E7_a_newer_schema_is_refused) {
  const test_schema schema;
  database(schema.address(), schema.options())
      .execute("UPDATE " + schema.table("schema_version") + " SET version = 99");
  expect_refused(schema.address(), errc::schema_too_new, "99", false, schema.options());
  database(schema.address(), {})
      .execute("UPDATE " + schema.table("schema_version") + " SET version = 1");
}

TEST(postgresql_errors, E7_a_version_that_no_messagebus_writes_is_none) {
  const test_schema schema;
  const auto set_version = [&](const std::string& version) {
    database(schema.address(), {})
        .execute("UPDATE " + schema.table("schema_version") + " SET version = " + version);
  };
  { const database made(schema.address(), schema.options()); }
  for (const char* const version : {"0", "-1", "-2147483648"}) {
    set_version(version);
    expect_refused(schema.address(), errc::storage_corrupt, "its version is missing", false,
                   schema.options());
  }
  set_version("1");
}

TEST(postgresql_errors, E7_ten_instances_may_start_at_once) {
  const test_schema schema;
  std::vector<std::jthread> threads;
  for (int instance = 0; instance < 10; ++instance) {
    threads.emplace_back(
        [&] { EXPECT_NO_THROW(const database opened(schema.address(), schema.options())); });
  }
}

TEST(postgresql_errors, what_is_only_read_is_not_made) {
  expect_refused(server_address(), errc::storage_unavailable, "no messagebus log", false,
                 {.schema = "none_here", .read_only = true});
}

TEST(postgresql_errors, the_event_loop_of_a_thread_is_not_blocked) {
  const test_schema schema;
  database opened(schema.address(), schema.options());
  const event_loop_scope loop;
  EXPECT_THROW(const session blocking(opened), usage_error);
}

}  // namespace
}  // namespace messagebus::postgresql
