#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <messagebus/domain/error.hpp>
#include <messagebus/sqlite/database.hpp>
#include <messagebus/sqlite/session.hpp>
#include <string>
#include <temporary_folder.hpp>

namespace messagebus::sqlite {
namespace {

class bad_file_test : public ::testing::Test {
 protected:
  /// Opening fails with this code, and says this of it.
  void expect_refused(const std::string& path, errc code, const std::string& says,
                      database_options options = {}) {
    try {
      const database opened(path, options);
      FAIL() << path << " was opened";
    } catch (const error& refused) {
      EXPECT_EQ(refused.code(), code) << refused.what();
      EXPECT_NE(std::string(refused.what()).find(says), std::string::npos) << refused.what();
      EXPECT_NE(std::string(refused.what()).find(path), std::string::npos) << refused.what();
    }
  }

  tests::temporary_folder folder;
};

TEST_F(bad_file_test, a_missing_directory_is_named) {
  expect_refused(folder / "none/club.db", errc::storage_unavailable, "does not exist");
}

TEST_F(bad_file_test, a_directory_is_no_file) {
  expect_refused(folder / ".", errc::storage_unavailable, "it is a directory");
}

TEST_F(bad_file_test, a_pipe_is_refused_and_not_waited_for) {
  ASSERT_EQ(mkfifo((folder / "pipe").c_str(), 0600), 0);
  expect_refused(folder / "pipe", errc::storage_unavailable, "a device or a pipe");
  expect_refused(folder / "pipe", errc::storage_unavailable, "a device or a pipe",
                 {.read_only = true});
  expect_refused("/dev/null", errc::storage_unavailable, "a device or a pipe");
}

TEST_F(bad_file_test, a_path_that_leads_nowhere_says_why) {
  std::filesystem::create_symlink("loop", folder / "loop");
  expect_refused(folder / "loop", errc::storage_unavailable, "symbolic links");
  expect_refused(folder / std::string(300, 'x'), errc::storage_unavailable, "too long");
}

TEST_F(bad_file_test, a_file_of_another_kind_is_no_database) {
  std::ofstream(folder / "text.db") << std::string(5000, 'x');
  expect_refused(folder / "text.db", errc::storage_corrupt, "no SQLite database");
}

TEST_F(bad_file_test, what_is_only_read_is_not_made) {
  expect_refused(folder / "none.db", errc::storage_unavailable, "no such file",
                 {.read_only = true});
  expect_refused(folder / "none.db", errc::storage_unavailable, "no such file", {.create = false});
  EXPECT_FALSE(std::filesystem::exists(folder / "none.db"));
}

TEST_F(bad_file_test, a_group_of_nobody_is_refused) {
  EXPECT_THROW(database(folder / "club.db", {.group_max = 0}), usage_error);
}

TEST_F(bad_file_test, a_path_is_no_uri) {
  expect_refused("file:" + folder / "club.db" + "?mode=memory", errc::storage_unavailable,
                 "does not exist");
}

TEST_F(bad_file_test, E7_a_newer_schema_is_refused) {
  {
    database newer(folder / "club.db");
    newer.write(
        [](session& session) { session.run_script("UPDATE messagebus_schema SET version = 99"); });
  }
  expect_refused(folder / "club.db", errc::schema_too_new, "99");
  expect_refused(folder / "club.db", errc::schema_too_new, "99", {.read_only = true});
}

TEST_F(bad_file_test, E7_a_database_without_a_log_gets_one) {
  { const database made(folder / "club.db"); }
  database opened(folder / "club.db");
  opened.write([](session& session) {
    session.run_script("DROP TABLE messagebus_message; DROP TABLE messagebus_schema");
  });
  const database again(folder / "club.db");
  EXPECT_TRUE(again.check().empty());
}

TEST_F(bad_file_test, a_lock_that_does_not_go_is_an_error_that_may_be_tried_again) {
  database one(folder / "club.db");
  database other(folder / "club.db", {.busy_wait_max = std::chrono::milliseconds(30)});
  const session open(one);
  try {
    const session waiting(other);
    FAIL() << "two wrote at once";
  } catch (const error& busy) {
    EXPECT_EQ(busy.code(), errc::busy) << busy.what();
    EXPECT_TRUE(busy.is_retryable());
  }
}

TEST_F(bad_file_test, a_second_transaction_of_a_thread_is_an_error_and_no_deadlock) {
  database one(folder / "club.db", {.busy_wait_max = std::chrono::milliseconds(30)});
  const session open(one);
  EXPECT_THROW(const session second(one), error);
}

}  // namespace
}  // namespace messagebus::sqlite
