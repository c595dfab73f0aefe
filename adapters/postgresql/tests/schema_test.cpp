// A log of an older version (E7). There is one version so far: the second is this test's.

#include "schema.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <string>
#include <thread>
#include <vector>

#include "expected_errors.hpp"
#include "server_connection.hpp"
#include "test_database.hpp"

namespace messagebus::postgresql {
namespace {

using detail::database_state;
using detail::migrations;

class migration_test : public ::testing::Test {
 protected:
  ~migration_test() override {
    // So that this version of the library can drop it.
    server_connection(schema_.address())
        .run("UPDATE " + schema_.table("schema_version") + " SET version = 1");
  }

  /// What a program opens, of whichever version.
  database_state opened() const {
    return database_state(
        std::make_shared<const detail::connection_settings>(schema_.address(), schema_.options()));
  }
  std::string version() const {
    return server_connection(schema_.address())
        .run("SELECT string_agg(version::text, ',') FROM " + schema_.table("schema_version"));
  }
  std::string noted() const {
    return server_connection(schema_.address())
        .run("SELECT string_agg(note, ',' ORDER BY position) FROM " + schema_.table("message"));
  }
  static void add_messages(database& club, int count) {
    session writing(club);
    for (int i = 0; i < count; ++i) writing.store().add(testing::sample_message());
    sync_wait(writing.commit());
  }

  test_schema schema_;
  const std::array<const char*, 2> both_{
      detail::schema_migrations().front(),
      "ALTER TABLE {schema}.message ADD COLUMN note text NOT NULL DEFAULT 'none'; "
      "UPDATE {schema}.message SET note = 'old'"};
};

TEST_F(migration_test, E7_an_older_log_is_migrated_and_goes_on) {
  database older(schema_.address(), schema_.options());
  add_messages(older, 2);
  auto before = testing::read_all(*older.open_log());
  const database_state newer = opened();
  expect_error(errc::storage_unavailable, "open it once for writing", false,
               [&] { detail::require_version(newer, both_); });
  EXPECT_EQ(version(), "1") << "reading migrates nothing";

  detail::migrate(newer, both_);
  EXPECT_EQ(version(), "2");
  EXPECT_NO_THROW(detail::require_version(newer, both_));
  EXPECT_NO_THROW(detail::migrate(newer, both_)) << "opened again";

  // Who has opened it before goes on: its statements were prepared for the table as it was.
  add_messages(older, 1);
  EXPECT_EQ(noted(), "old,old,none") << "migrated once";
  auto after = testing::read_all(*older.open_log());
  ASSERT_EQ(after.size(), 3U);
  EXPECT_GT(after[2].position, after[1].position);
  after.pop_back();
  EXPECT_EQ(after, before);

  auto reading = schema_.options();
  reading.read_only = true;
  for (const auto& options : {schema_.options(), reading}) {
    expect_refused(schema_.address(), errc::schema_too_new, "has the version 2", false, options);
  }
}

TEST_F(migration_test, E7_ten_instances_may_migrate_at_once_while_others_write) {
  database older(schema_.address(), schema_.options());
  add_messages(older, 1);
  std::vector<std::jthread> threads;
  for (int instance = 0; instance < 10; ++instance) {
    threads.emplace_back([&] {
      const database_state mine = opened();
      EXPECT_NO_THROW(detail::migrate(mine, both_));
      EXPECT_NO_THROW(detail::require_version(mine, both_));
    });
  }
  for (int i = 0; i < 20; ++i) EXPECT_NO_THROW(add_messages(older, 1));
  threads.clear();
  EXPECT_EQ(version(), "2");
  EXPECT_EQ(testing::read_all(*older.open_log()).size(), 21U);
}

TEST_F(migration_test, E7_a_migration_that_fails_leaves_the_older_log) {
  database older(schema_.address(), schema_.options());
  add_messages(older, 1);
  const std::array<const char*, 3> failing{both_[0], both_[1], "this is no SQL"};
  expect_error(errc::storage, "migrate the log", false,
               [&] { detail::migrate(opened(), failing); });
  EXPECT_EQ(version(), "1");
  const database again(schema_.address(), schema_.options());
  add_messages(older, 1);
  EXPECT_EQ(testing::read_all(*again.open_log()).size(), 2U);
}

TEST_F(migration_test, E7_a_new_log_is_made_in_the_newest_version) {
  detail::migrate(opened(), both_);
  EXPECT_EQ(version(), "2");
  expect_refused(schema_.address(), errc::schema_too_new, "newer messagebus", false,
                 schema_.options());
}

TEST(postgresql_schema, E7_a_log_without_its_version_is_damaged_and_not_made_anew) {
  const test_schema schema;
  const std::string version = schema.table("schema_version");
  { const database made(schema.address(), schema.options()); }
  auto read_only = schema.options();
  read_only.read_only = true;
  for (const std::string& damage : {"DELETE FROM " + version, "DROP TABLE " + version}) {
    server_connection(schema.address()).run(damage);
    expect_refused(schema.address(), errc::storage_corrupt, "CREATE TABLE IF NOT EXISTS", false,
                   schema.options());
    expect_refused(schema.address(), errc::storage_corrupt, "CREATE TABLE IF NOT EXISTS", false,
                   read_only);
  }
  server_connection(schema.address())
      .run("CREATE TABLE IF NOT EXISTS " + version + "(version integer NOT NULL); INSERT INTO " +
           version + " VALUES(1)");
  { const database mended(schema.address(), schema.options()); }
}

// So an administrator may have it: the application's user cannot make schemas, and has one.
TEST(postgresql_schema, E7_a_user_who_owns_the_schema_needs_no_right_to_make_one) {
  const test_schema schema;
  server_connection administrator(schema.address());
  administrator.run("CREATE ROLE " + schema.name() + " LOGIN");
  const std::string address = as_user(schema.name());
  expect_refused(address, errc::storage, "CREATE SCHEMA \"" + schema.name() + "\" AUTHORIZATION",
                 false, schema.options());
  administrator.run("CREATE SCHEMA " + schema.name() + " AUTHORIZATION " + schema.name());
  {
    database club(address, schema.options());
    session writing(club);
    writing.store().add(testing::sample_message());
    sync_wait(writing.commit());
    EXPECT_EQ(testing::read_all(*club.open_log()).size(), 1U);
  }
  administrator.run("REASSIGN OWNED BY " + schema.name() + " TO CURRENT_USER; DROP ROLE " +
                    schema.name());
}

// What a user needs who writes into a log that another has made (docs/operation.md).
TEST(postgresql_schema, E7_a_user_who_may_only_add_messages_writes_and_is_no_owner) {
  const test_schema schema;
  database owner(schema.address(), schema.options());
  owner.execute("CREATE ROLE " + schema.name() + " LOGIN; GRANT USAGE ON SCHEMA " + schema.name() +
                " TO " + schema.name() + "; GRANT SELECT ON " + schema.table("schema_version") +
                " TO " + schema.name() + "; GRANT SELECT, INSERT ON " + schema.table("message") +
                " TO " + schema.name());
  {
    database club(as_user(schema.name()), schema.options());
    session writing(club);
    for (int i = 0; i < 3; ++i) writing.store().add(testing::sample_message());
    sync_wait(writing.commit());
    EXPECT_EQ(testing::read_all(*club.open_log()).size(), 3U);
  }
  owner.execute("DROP OWNED BY " + schema.name() + "; DROP ROLE " + schema.name());
}

}  // namespace
}  // namespace messagebus::postgresql
