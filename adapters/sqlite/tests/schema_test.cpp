#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <stop_token>
#include <string>
#include <temporary_folder.hpp>
#include <thread>
#include <vector>

#include "session_ports.hpp"

namespace messagebus::sqlite {
namespace {

// A log as version 1 of the schema has it, with two messages of a chain.
constexpr auto log_of_version_1 = R"sql(
  PRAGMA journal_mode = WAL;
  CREATE TABLE messagebus_message(
    position INTEGER PRIMARY KEY, message_id BLOB NOT NULL UNIQUE, created_at INTEGER NOT NULL,
    kind INTEGER NOT NULL, name TEXT NOT NULL, schema_version INTEGER NOT NULL,
    published INTEGER NOT NULL, correlation_id BLOB NOT NULL, causation_id BLOB, metadata TEXT,
    payload TEXT NOT NULL) STRICT;
  CREATE INDEX messagebus_message_correlation ON messagebus_message(correlation_id)
    WHERE correlation_id <> message_id;
  CREATE TABLE messagebus_schema(version INTEGER NOT NULL) STRICT;
  INSERT INTO messagebus_schema VALUES(1);
  INSERT INTO messagebus_message VALUES
    (1, x'0198C0DE7B1A70008000000000000001', 1, 1, 'a', 1, 0, x'0198C0DE7B1A70008000000000000001',
     NULL, NULL, '{}'),
    (2, x'0198C0DE7B1A70008000000000000002', 2, 2, 'b', 1, 1, x'0198C0DE7B1A70008000000000000001',
     x'0198C0DE7B1A70008000000000000001', NULL, '{}');
)sql";

void run_sql(const std::string& file, const char* sql) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
  char* wrong = nullptr;
  EXPECT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, &wrong), SQLITE_OK) << wrong;
  sqlite3_free(wrong);
  sqlite3_close(handle);
}

class schema_test : public ::testing::Test {
 protected:
  tests::temporary_folder folder;
  std::string file = folder / "club.db";
};

TEST_F(schema_test, E7_an_older_log_is_migrated_and_goes_on) {
  run_sql(file, log_of_version_1);
  {
    const database refused(folder / "other.db");
    EXPECT_THROW(database(file, {.read_only = true}), error) << "reading migrates nothing";
  }
  database migrated(file);
  EXPECT_EQ(migrated.check(), std::vector<std::string>{});
  session_unit_of_work unit_of_work(migrated);
  execute(unit_of_work, [](session&, session_transaction& transaction) {
    transaction.store().add(testing::sample_message());
  });
  auto log = migrated.log();
  EXPECT_EQ(testing::names_of(testing::read_all(log)).size(), 3U);
  const auto chain = testing::read_all(
      log, {.correlation_id = uuid::parse("0198c0de-7b1a-7000-8000-000000000001")});
  EXPECT_EQ(testing::names_of(chain), (testing::texts{"a", "b"}));
  const database again(file, {.read_only = true});
}

TEST_F(schema_test, E7_many_may_open_a_new_or_an_old_file_at_once) {
  for (const bool is_old : {false, true}) {
    const auto path = folder / (is_old ? "old.db" : "new.db");
    if (is_old) run_sql(path, log_of_version_1);
    std::vector<std::thread> openers;
    std::atomic<int> opened{0};
    for (int i = 0; i < 10; ++i) {
      openers.emplace_back([&] {
        try {
          const database mine(path);
          ++opened;
        } catch (const error& failed) {
          ADD_FAILURE() << failed.what();
        }
      });
    }
    for (std::thread& opener : openers) opener.join();
    EXPECT_EQ(opened, 10);
    EXPECT_EQ(database(path).check(), std::vector<std::string>{});
  }
}

TEST_F(schema_test, E5_the_newest_message_cannot_be_deleted_nor_any_be_moved) {
  database club(file);
  club.write([](session& session) {
    for (int i = 0; i < 3; ++i) session.store().add(testing::sample_message());
  });
  const auto refused = [&](const char* sql) {
    try {
      club.write([&](session& session) { session.execute(sql); });
      return std::string();
    } catch (const error& failed) {
      return std::string(failed.what());
    }
  };
  EXPECT_NE(refused("DELETE FROM messagebus_message").find("newest message"), std::string::npos);
  EXPECT_NE(refused("UPDATE messagebus_message SET position = 9 WHERE position = 1")
                .find("cannot be changed"),
            std::string::npos);
  EXPECT_EQ(refused("DELETE FROM messagebus_message WHERE position < 3"), "");
  EXPECT_EQ(count_of(club, "messagebus_message"), 1);
}

TEST_F(schema_test, a_log_that_was_altered_by_hand_is_found_by_check) {
  { const database made(file); }
  run_sql(file,
          "ALTER TABLE messagebus_message ADD COLUMN mine TEXT;"
          "DROP INDEX messagebus_message_run;"
          "CREATE INDEX mine ON messagebus_message(name)");
  const auto findings = database(file).check();
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_NE(findings[0].find("messagebus_message was altered"), std::string::npos) << findings[0];
  EXPECT_NE(findings[1].find("messagebus_message_run is missing"), std::string::npos);
  EXPECT_NE(findings[2].find("mine was added"), std::string::npos) << findings[2];
}

TEST_F(schema_test, E7_a_log_whose_version_was_removed_by_hand_is_refused) {
  {
    database(file).write([](session& session) { session.store().add(testing::sample_message()); });
  }
  for (const char* const damage : {
           "DELETE FROM messagebus_schema",
           "INSERT INTO messagebus_schema VALUES(0)",
           "UPDATE messagebus_schema SET version = -1",
           "UPDATE messagebus_schema SET version = -9223372036854775808",
           "DROP TABLE messagebus_schema",
       }) {
    run_sql(file, damage);
    for (const bool read_only : {false, true}) {
      try {
        const database opened(file, {.read_only = read_only});
        ADD_FAILURE() << "opened after " << damage;
      } catch (const error& refused) {
        EXPECT_EQ(refused.code(), errc::storage_corrupt) << damage << ": " << refused.what();
        EXPECT_NE(std::string(refused.what()).find("INSERT INTO messagebus_schema"),
                  std::string::npos)
            << refused.what();
      }
    }
  }
  run_sql(file,
          "CREATE TABLE messagebus_schema(version INTEGER NOT NULL) STRICT;"
          "INSERT INTO messagebus_schema VALUES(2)");
  database mended(file);
  EXPECT_EQ(count_of(mended, "messagebus_message"), 1);
  EXPECT_EQ(mended.check(), std::vector<std::string>{});
}

TEST_F(schema_test, a_table_that_was_altered_by_hand_is_an_error_that_names_it) {
  { const database made(file); }
  run_sql(file, "ALTER TABLE messagebus_message RENAME COLUMN payload TO content");
  try {
    const database opened(file);
    FAIL() << "a table without payload";
  } catch (const error& refused) {
    EXPECT_NE(std::string(refused.what()).find("payload"), std::string::npos) << refused.what();
  }
}

TEST_F(schema_test, E4_a_row_that_is_no_message_is_an_error_with_its_position) {
  database club(file);
  club.write([](session& session) {
    session.store().add(testing::sample_message());
    session.store().add(testing::sample_message());
  });
  auto log = club.log();
  log_page page;
  for (const std::string kind : {"7", "0", "-1"}) {
    run_sql(file, ("UPDATE messagebus_message SET kind = " + kind + " WHERE position = 2").c_str());
    try {
      sync_wait(log.read_page({}, page));
      FAIL() << "kind " << kind << " was read";
    } catch (const error& corrupt) {
      EXPECT_EQ(corrupt.code(), errc::storage_corrupt);
      EXPECT_NE(std::string(corrupt.what()).find("position 2"), std::string::npos)
          << corrupt.what();
    }
  }
  run_sql(file,
          "UPDATE messagebus_message SET kind = 2, correlation_id = x'00' WHERE position = 2");
  EXPECT_THROW(testing::read_all(log), error);
  run_sql(file, "UPDATE messagebus_message SET correlation_id = message_id WHERE position = 2");
  EXPECT_EQ(testing::read_all(log).size(), 2U) << "the reader goes on when the row is mended";
}

TEST_F(schema_test, P1_a_chain_is_found_over_several_transactions) {
  database club(file);
  recorded_message first = testing::sample_message();
  first.name = "first";
  const auto write_run = [&](std::initializer_list<const char*> names) {
    club.write([&](session& session) {
      for (const char* const name : names) {
        recorded_message next = testing::sample_message();
        next.name = name;
        if (name[0] != '-') next.correlation_id = first.message_id;
        session.store().add(next);
      }
    });
  };
  club.write([&](session& session) { session.store().add(first); });
  write_run({"-", "second", "third", "-", "-", "fourth"});
  write_run({"fifth", "-", "sixth"});
  auto log = club.log();
  const auto chain = testing::read_all(log, {.correlation_id = first.message_id});
  EXPECT_EQ(testing::names_of(chain),
            (testing::texts{"first", "second", "third", "fourth", "fifth", "sixth"}));
}

// Who asks for pages goes on in the middle of a run.
TEST_F(schema_test, P1_a_page_of_a_long_chain_costs_what_it_holds) {
  database club(file, {.durability = durability::off});
  const recorded_message first = testing::sample_message();
  for (const int messages : {1'500, 3'500}) {
    club.write([&](session& session) {
      for (int i = 0; i < messages; ++i) {
        recorded_message next = testing::sample_message();
        next.correlation_id = first.message_id;
        session.store().add(next);
      }
    });
  }
  auto log = club.log();
  const auto seconds_for = [&](const log_query& query) {
    const auto begun = std::clock();
    const auto messages = testing::read_all(log, query, 10);
    EXPECT_EQ(messages.size(), 5'000U);
    EXPECT_TRUE(std::ranges::is_sorted(messages, {}, &recorded_message::position));
    return static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  };
  const double of_all = seconds_for({});
  const double of_chain = seconds_for({.correlation_id = first.message_id});
  EXPECT_LT(of_chain, 40 * of_all) << "each page walks the whole chain";
}

TEST_F(schema_test, P1_what_deleting_by_hand_has_cut_from_its_chain_is_found_by_a_check) {
  database club(file);
  const recorded_message first = testing::sample_message();
  club.write([&](session& session) {
    session.store().add(first);
    for (int i = 0; i < 3; ++i) {
      recorded_message next = testing::sample_message();
      next.correlation_id = first.message_id;
      session.store().add(next);
    }
  });
  EXPECT_EQ(club.check(), std::vector<std::string>{});
  run_sql(file, "DELETE FROM messagebus_message WHERE position <= 2");
  auto log = club.log();
  const log_query chain{.correlation_id = first.message_id};
  EXPECT_TRUE(testing::read_all(log, chain).empty());
  const auto findings = club.check();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_TRUE(findings[0].starts_with("position 3: ")) << findings[0];
  run_sql(file, findings[0].substr(findings[0].find("UPDATE")).c_str());
  EXPECT_EQ(club.check(), std::vector<std::string>{});
  EXPECT_EQ(testing::read_all(log, chain).size(), 2U);
}

TEST_F(schema_test, a_check_that_is_not_wanted_any_more_is_not_begun) {
  const database examined(file);
  std::stop_source stop;
  stop.request_stop();
  try {
    static_cast<void>(examined.check(stop.get_token()));
    FAIL() << "the whole file was examined";
  } catch (const error& interrupted) {
    EXPECT_EQ(interrupted.code(), errc::storage) << interrupted.what();
  }
}

}  // namespace
}  // namespace messagebus::sqlite
