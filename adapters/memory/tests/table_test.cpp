#include <gtest/gtest.h>

#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/memory/session.hpp>
#include <string>
#include <vector>

namespace messagebus::memory {
namespace {

class table_test : public ::testing::Test {
 protected:
  memory::table<std::string, int>& rows(memory::session& session) {
    return session.table<std::string, int>("rows");
  }
  void commit(memory::session& session) { sync_wait(session.commit()); }

  memory::database database;
};

TEST_F(table_test, shows_a_transaction_its_own_changes_and_others_none) {
  memory::session writer(database);
  memory::session reader(database);
  EXPECT_TRUE(rows(writer).insert("a", 1));
  EXPECT_FALSE(rows(writer).insert("a", 2));
  EXPECT_EQ(*rows(writer).find("a"), 1);
  EXPECT_EQ(rows(reader).find("b"), nullptr);
  commit(writer);
  memory::session later(database);
  EXPECT_EQ(*rows(later).find("a"), 1);
}

TEST_F(table_test, refuses_to_commit_what_was_decided_on_rows_that_have_changed) {
  memory::session first(database);
  memory::session second(database);
  EXPECT_TRUE(rows(first).insert("a", 1));
  EXPECT_TRUE(rows(second).insert("a", 2));
  commit(first);
  try {
    commit(second);
    FAIL() << "an update was lost";
  } catch (const error& conflict) {
    EXPECT_EQ(conflict.code(), errc::conflict);
    EXPECT_TRUE(conflict.is_retryable());
  }
  memory::session later(database);
  EXPECT_EQ(*rows(later).find("a"), 1);
}

TEST_F(table_test, erases_and_walks_in_order) {
  memory::session first(database);
  for (const char* key : {"c", "a", "b"}) rows(first).put(key, 1);
  commit(first);
  memory::session second(database);
  EXPECT_TRUE(rows(second).erase("b"));
  EXPECT_FALSE(rows(second).erase("b"));
  rows(second).put("d", 2);
  std::vector<std::string> keys;
  rows(second).for_each([&](const std::string& key, int) { keys.push_back(key); });
  EXPECT_EQ(keys, (std::vector<std::string>{"a", "c", "d"}));
  commit(second);
  memory::session third(database);
  EXPECT_EQ(rows(third).find("b"), nullptr);
  EXPECT_EQ(*rows(third).find("d"), 2);
}

TEST_F(table_test, T8_forgets_what_was_rolled_back) {
  memory::session session(database);
  rows(session).put("a", 1);
  sync_wait(session.rollback());
  EXPECT_EQ(rows(session).find("a"), nullptr);
}

TEST_F(table_test, keeps_tables_of_one_name_and_different_rows_apart) {
  memory::session session(database);
  session.table<std::string, int>("rows").put("a", 1);
  session.table<std::string, std::string>("rows").put("a", "text");
  EXPECT_EQ(*rows(session).find("a"), 1);
}

}  // namespace
}  // namespace messagebus::memory
