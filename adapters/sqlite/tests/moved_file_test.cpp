#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/sqlite/database.hpp>
#include <messagebus/sqlite/session.hpp>
#include <string>
#include <temporary_folder.hpp>
#include <thread>

namespace messagebus::sqlite {
namespace {

namespace fs = std::filesystem;

class moved_file_test : public ::testing::Test {
 protected:
  moved_file_test() { write(opened); }

  static void write(database& into) {
    into.write([](session& session) {
      session.run_script("CREATE TABLE IF NOT EXISTS book(isbn TEXT); INSERT INTO book VALUES(1)");
    });
  }

  /// The error with which `attempt` fails within some seconds; it is tried again until it does.
  static error failure_of(const std::function<void()>& attempt) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < deadline) {
      try {
        attempt();
      } catch (const error& failed) {
        return failed;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return {errc::usage, "nothing has failed"};
  }

  void expect_noticed(const std::string& moved) {
    const error failed = failure_of([&] { write(opened); });
    EXPECT_EQ(failed.code(), errc::storage_unavailable) << failed.what();
    EXPECT_NE(std::string(failed.what()).find(moved + ","), std::string::npos) << failed.what();
    EXPECT_THROW(write(opened), error);  // and not once a second alone
  }

  tests::temporary_folder folder;
  std::string path = folder / "club.db";
  database opened{path};
};

TEST_F(moved_file_test, who_writes_notices_that_the_file_was_removed) {
  fs::remove(path);
  expect_noticed(path);
}

TEST_F(moved_file_test, who_writes_notices_that_the_file_was_replaced) {
  { database other(folder / "other.db"); }
  fs::rename(folder / "other.db", path);
  expect_noticed(path);
}

TEST_F(moved_file_test, who_writes_notices_that_the_wal_was_removed) {
  fs::remove(path + "-wal");
  expect_noticed(path + "-wal");
}

TEST_F(moved_file_test, T5_what_was_long_under_way_is_not_committed_to_a_file_that_is_gone) {
  session writing(opened);
  writing.run_script("INSERT INTO book VALUES(2)");
  fs::remove(path);
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  const error failed = failure_of([&] { sync_wait(writing.commit()); });
  EXPECT_EQ(failed.code(), errc::storage_unavailable) << failed.what();
  EXPECT_NE(std::string(failed.what()).find(path + ","), std::string::npos) << failed.what();
}

TEST_F(moved_file_test, a_file_that_was_put_back_is_written_again) {
  fs::rename(path, folder / "aside.db");
  expect_noticed(path);
  fs::rename(folder / "aside.db", path);
  EXPECT_NO_THROW(write(opened));
}

TEST_F(moved_file_test, who_follows_notices_that_the_file_was_removed) {
  auto log = opened.log();
  std::stop_source nobody_stops;
  fs::remove(path);
  const error failed = failure_of([&] {
    log.follow(
        {}, [](const auto&, position) {}, nobody_stops.get_token());
  });
  EXPECT_EQ(failed.code(), errc::storage_unavailable) << failed.what();
}

TEST_F(moved_file_test, a_process_that_is_elsewhere_now_looks_in_the_right_place) {
  const fs::path before = fs::current_path();
  fs::current_path(fs::path(path).parent_path());
  database relative("relative.db");
  write(relative);
  fs::current_path(before);
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  EXPECT_NO_THROW(write(relative));
}

}  // namespace
}  // namespace messagebus::sqlite
