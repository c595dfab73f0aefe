// What bad input gets: each error says what is wrong and what to do, and none shows a password.

#include <gtest/gtest.h>

#include <chrono>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/postgresql_error.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <string>
#include <thread>
#include <vector>

#include "server_connection.hpp"
#include "test_database.hpp"

namespace messagebus::postgresql {
namespace {

using namespace std::chrono_literals;

template <class Work>
void expect_error(errc code, const std::string& says, bool is_retryable, const Work& work) {
  try {
    work();
    FAIL() << "nothing failed";
  } catch (const error& failed) {
    const std::string text = failed.what();
    EXPECT_EQ(failed.code(), code) << text;
    EXPECT_NE(text.find(says), std::string::npos) << text;
    EXPECT_EQ(failed.is_retryable(), is_retryable) << text;
    EXPECT_EQ(text.find("secret"), std::string::npos) << "it shows the password: " << text;
  }
}

void expect_refused(const std::string& where, errc code, const std::string& says,
                    bool is_retryable = false, database_options options = {}) {
  options.connection_wait_max = 120ms;
  expect_error(code, says, is_retryable, [&] { const database opened(where, options); });
}

std::string as_user(const std::string& user, const std::string& database = "postgres") {
  const std::string address = server_address();
  const auto host = address.find('@');
  return "postgresql://" + user + address.substr(host, address.rfind('/') - host) + "/" + database;
}

TEST(postgresql_errors, a_server_that_is_down) {
  expect_refused("postgresql://u:secret@127.0.0.1:1/club", errc::storage_unavailable,
                 "check that the server runs", true);
}

TEST(postgresql_errors, a_wrong_password) {
  server_connection(server_address())
      .run(
          "DO $$ BEGIN CREATE ROLE with_password LOGIN PASSWORD 'right'; "
          "EXCEPTION WHEN duplicate_object THEN NULL; END $$");
  expect_refused(as_user("with_password:secret"), errc::storage_unavailable,
                 "check user and password");
}

TEST(postgresql_errors, a_database_that_is_not_there) {
  expect_refused(as_user("messagebus:secret", "nowhere"), errc::storage_unavailable, "createdb");
}

TEST(postgresql_errors, a_connection_string_that_means_nothing) {
  expect_refused("postgresql://u:\"secret\"@[/club", errc::storage_unavailable,
                 "postgresql://user@");
  expect_refused("password='secret", errc::storage_unavailable, "cannot be understood");
  expect_refused("secret", errc::storage_unavailable, "cannot be understood");
}

TEST(postgresql_errors, a_password_that_was_not_escaped) {
  for (const std::string where :
       {"postgresql://u:se@secret@127.0.0.1:1/club", "postgresql://u:secret/x@127.0.0.1:1/club",
        "postgresql://u@h:secret@127.0.0.1:1", "postgres://secret/@127.0.0.1:1/club?port=1",
        "dbname=postgresql://u:secret@127.0.0.1:1/club"}) {
    expect_refused(where, errc::storage_unavailable, "%40");
  }
  expect_refused("postgresql://u:%40secret%2F@127.0.0.1:1/club%40?user=a@b",
                 errc::storage_unavailable, "check that the server runs", true);
}

TEST(postgresql_errors, an_option_out_of_its_range) {
  expect_refused(server_address(), errc::configuration, "connections_max", false,
                 {.connections_max = 0});
  expect_refused(server_address(), errc::configuration, "letters", false, {.schema = "a\"; DROP"});
}

TEST(postgresql_errors, what_the_server_only_notes_is_not_written_to_standard_error) {
  server_connection owner(server_address());
  if (std::stoi(owner.run("SHOW server_version_num")) < 150000) {
    GTEST_SKIP() << "before version 15 there is nothing to warn of";
  }
  owner.run("DROP DATABASE IF EXISTS noting");
  owner.run("CREATE DATABASE noting");
  // As after an upgrade of the system: each connection is warned.
  owner.run("UPDATE pg_database SET datcollversion = 'old' WHERE datname = 'noting'");
  ::testing::internal::CaptureStderr();
  { const database opened(as_user("messagebus", "noting")); }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  owner.run("DROP DATABASE noting WITH (FORCE)");
}

TEST(postgresql_errors, too_many_connections) {
  const test_schema schema;
  database opened(schema.address(), schema.options());
  opened.execute("CREATE ROLE " + schema.name() + " LOGIN CONNECTION LIMIT 0");
  expect_refused(as_user(schema.name()), errc::storage_unavailable, "", true);
  opened.execute("DROP ROLE " + schema.name());
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
