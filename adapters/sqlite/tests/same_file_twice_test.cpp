// Several databases of one process on one file, which wait for each other as processes do.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <temporary_folder.hpp>
#include <thread>

#include "session_ports.hpp"

namespace messagebus::sqlite {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr database_options impatient{.busy_wait_max = std::chrono::milliseconds(50)};
constexpr auto in_this_process = "this process itself has the file open";

std::string refusal_to_write(database& database, errc expected) {
  try {
    database.write([](session& session) { session.execute("DELETE FROM note"); });
  } catch (const error& refused) {
    EXPECT_EQ(refused.code(), expected) << refused.what();
    return refused.what();
  }
  return "nothing was refused";
}

class same_file_twice : public ::testing::Test {
 protected:
  same_file_twice() { make_notes(notes); }

  tests::temporary_folder folder;
  database notes{folder / "notes.db"};
  session_unit_of_work unit_of_work{notes};
};

TEST_F(same_file_twice, a_handler_that_would_wait_for_itself_is_refused_at_once) {
  std::filesystem::create_symlink(folder / "notes.db", folder / "link.db");
  database same(folder / "link.db");
  database other(folder / "other.db");
  session_unit_of_work of_other(other);
  const auto start = std::chrono::steady_clock::now();
  execute(unit_of_work, [&](session&, session_transaction&) {
    EXPECT_THAT(refusal_to_write(same, errc::usage), HasSubstr("would wait for itself"));
    execute(of_other, [&](session&, session_transaction&) {
      EXPECT_THAT(refusal_to_write(same, errc::usage), HasSubstr("would wait for itself"));
      EXPECT_THAT(refusal_to_write(notes, errc::usage), HasSubstr("would wait for itself"));
    });
  });
  EXPECT_LT(std::chrono::steady_clock::now() - start, database_options{}.busy_wait_max);
  same.write([](session& session) { session.execute("DELETE FROM note"); });
}

TEST_F(same_file_twice, a_file_that_was_opened_before_it_was_there_is_the_same) {
  struct working_folder {
    explicit working_folder(const std::filesystem::path& path) {
      std::filesystem::current_path(path);
    }
    ~working_folder() { std::filesystem::current_path(before); }
    std::filesystem::path before = std::filesystem::current_path();
  } const here(folder.path());
  database fresh("fresh.db", impatient);
  database same("fresh.db", impatient);
  session_unit_of_work of_fresh(fresh);
  execute(of_fresh, [&](session&, session_transaction&) {
    EXPECT_THAT(refusal_to_write(same, errc::usage), HasSubstr("would wait for itself"));
  });
}

TEST_F(same_file_twice, whoever_waits_in_vain_is_told_that_it_may_be_this_process) {
  database second(folder / "notes.db", impatient);
  auto open = unit_of_work.begin();
  EXPECT_THAT(refusal_to_write(second, errc::busy), HasSubstr(in_this_process));
  open.rollback();
}

TEST_F(same_file_twice, whoever_may_wait_for_ever_waits) {
  database second(folder / "notes.db", {.busy_wait_max = std::chrono::milliseconds::max()});
  auto open = unit_of_work.begin();
  std::jthread writer([&] {
    second.write(
        [](session& session) { session.execute("INSERT INTO note(text) VALUES('late')"); });
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));  // mostly enough for it to wait
  open.rollback();
  writer.join();
  EXPECT_EQ(count_of(notes, "note"), 1);
}

TEST_F(same_file_twice, a_stranger_is_not_taken_for_this_process) {
  const auto file = folder / "strange.db";
  database own(file, impatient);
  make_notes(own);
  const database reader(file, {.read_only = true});
  sqlite3* stranger = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &stranger), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(stranger, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_THAT(refusal_to_write(own, errc::busy),
              AllOf(HasSubstr("another process"), Not(HasSubstr(in_this_process))));
  sqlite3_close(stranger);
}

}  // namespace
}  // namespace messagebus::sqlite
