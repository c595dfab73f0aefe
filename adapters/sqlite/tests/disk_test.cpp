#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <temporary_folder.hpp>
#include <vector>

#include "child_process.hpp"
#include "session_ports.hpp"

namespace messagebus::sqlite {
namespace {

using tests::cannot_be_had;
using tests::expect_proved;
using tests::mount_small_disk;
using tests::run_in_child;

void add_notes(session_unit_of_work& unit_of_work, int count) {
  execute(unit_of_work, [&](session& session, session_transaction& transaction) {
    for (int i = 0; i < count; ++i) {
      session.execute("INSERT INTO note(text) VALUES(?)", std::string(1000, 'x'));
      transaction.store().add(testing::sample_message());
    }
  });
}

std::size_t logged(const database& notes) {
  auto log = notes.log();
  return testing::read_all(log, {}, 100).size();
}

void expect_agreement(const database& notes) {
  EXPECT_EQ(static_cast<std::size_t>(count_of(notes, "note")), logged(notes));
  EXPECT_EQ(notes.check(), std::vector<std::string>{});
}

/// Fills the disk with notes until an error, and returns that.
std::string fill_until_error(session_unit_of_work& unit_of_work) {
  for (int i = 0; i < 10'000; ++i) {
    try {
      add_notes(unit_of_work, 3);
    } catch (const error& full) {
      EXPECT_EQ(full.code(), errc::storage_full) << full.what();
      EXPECT_TRUE(full.is_retryable());
      return full.what();
    }
  }
  return "nothing was full";
}

TEST(disk, T5_a_full_disk_keeps_nothing_by_halves_and_the_process_goes_on) {
  const tests::temporary_folder folder;
  const int exit_code = run_in_child([&] {
    constexpr std::size_t megabyte = std::size_t{1} << 20U;
    if (!mount_small_disk(folder.path().string(), 2 * megabyte)) return cannot_be_had;
    const auto ballast = folder / "ballast";
    std::ofstream(ballast) << std::string(megabyte / 2, 'x');
    database notes(folder / "club.db");
    make_notes(notes);
    session_unit_of_work unit_of_work(notes);
    for (int round = 0; round < 2; ++round) {
      const auto sentence = fill_until_error(unit_of_work);
      EXPECT_NE(sentence.find("make room"), std::string::npos) << sentence;
      EXPECT_THROW(add_notes(unit_of_work, 30), error);
    }
    std::filesystem::remove(ballast);
    add_notes(unit_of_work, 3);
    expect_agreement(notes);
    return 0;
  });
  expect_proved(exit_code, "a small memory disk");
}

TEST(disk, T5_a_disk_with_room_for_some_of_the_files_is_full_too) {
  const tests::temporary_folder folder;
  const int exit_code = run_in_child([&] {
    constexpr std::size_t unit_bytes = 4096;
    constexpr std::size_t disk_units = 64;
    if (!mount_small_disk(folder.path().string(), disk_units * unit_bytes)) return cannot_be_had;
    int refusals = 0;
    for (std::size_t free_units = 0; free_units < disk_units; ++free_units) {
      const auto ballast = folder / "ballast";
      std::ofstream(ballast) << std::string((disk_units - free_units) * unit_bytes, 'x');
      bool has_notes = false;
      try {
        database notes(folder / "club.db");
        make_notes(notes);
        has_notes = true;
      } catch (const error& full) {
        ++refusals;
        EXPECT_EQ(full.code(), errc::storage_full) << free_units << " units free: " << full.what();
      }
      std::filesystem::remove(ballast);
      {
        database notes(folder / "club.db");
        if (!has_notes) make_notes(notes);
        expect_agreement(notes);
      }
      for (const char* const ending : {"club.db", "club.db-wal", "club.db-shm"}) {
        std::filesystem::remove(folder / ending);
      }
    }
    EXPECT_GT(refusals, 5);
    return 0;
  });
  expect_proved(exit_code, "a small memory disk");
}

TEST(disk, T5_a_file_that_may_not_grow_is_full_too) {
  const tests::temporary_folder folder;
  database notes(folder / "club.db");
  make_notes(notes);
  notes.write([](session& session) {
    (void)session.query("PRAGMA max_page_count = 60").front().get<int>(0);
  });
  session_unit_of_work unit_of_work(notes);
  const auto sentence = fill_until_error(unit_of_work);
  EXPECT_NE(sentence.find("make room"), std::string::npos) << sentence;
  expect_agreement(notes);
}

TEST(disk, a_file_or_folder_without_permission_is_an_error_that_says_which) {
  const tests::temporary_folder folder;
  const auto file = folder / "club.db";
  { const database made(file); }
  ASSERT_EQ(chmod(file.c_str(), 0444), 0);
  ASSERT_EQ(chmod(folder.path().c_str(), 0555), 0);
  const int exit_code = run_in_child([&] {
    constexpr uid_t nobody = 65534;
    if (getuid() == 0 && setresuid(nobody, nobody, nobody) != 0) return cannot_be_had;
    const auto expect_refused = [](const std::string& path, database_options options,
                                   std::initializer_list<errc> codes, const char* says) {
      try {
        const database opened(path, options);
        ADD_FAILURE() << path << " was opened";
      } catch (const error& refused) {
        EXPECT_TRUE(std::ranges::any_of(codes, [&](errc code) { return refused.code() == code; }))
            << refused.what();
        EXPECT_NE(std::string(refused.what()).find(says), std::string::npos) << refused.what();
      }
    };
    const auto read_only = {errc::storage_read_only, errc::storage_unavailable};
    expect_refused(file, {}, read_only, "permissions");
    expect_refused(file, {.read_only = true}, read_only, "cannot be written, and SQLite keeps");
    expect_refused(folder / "new.db", {}, read_only, "cannot be written");
    return 0;
  });
  chmod(folder.path().c_str(), 0755);
  expect_proved(exit_code, "to become another user");
}

TEST(disk, what_is_opened_to_read_writes_nothing) {
  const tests::temporary_folder folder;
  {
    database notes(folder / "club.db");
    make_notes(notes);
  }
  database notes(folder / "club.db", {.read_only = true});
  session_unit_of_work unit_of_work(notes);
  try {
    add_notes(unit_of_work, 1);
    FAIL() << "it was written";
  } catch (const error& refused) {
    EXPECT_EQ(refused.code(), errc::storage_read_only);
    EXPECT_NE(std::string(refused.what()).find("read_only"), std::string::npos) << refused.what();
  }
  EXPECT_EQ(logged(notes), 0U);
}

class damage : public ::testing::TestWithParam<const char*> {};

TEST_P(damage, a_damaged_file_is_an_error_or_a_finding_and_never_a_crash) {
  const tests::temporary_folder folder;
  const auto file = folder / "club.db";
  {
    database notes(file);
    make_notes(notes);
    session_unit_of_work unit_of_work(notes);
    add_notes(unit_of_work, 500);
  }
  const auto size = std::filesystem::file_size(file);
  const std::string how = GetParam();
  if (how == "cut") std::filesystem::resize_file(file, size / 2);
  if (how == "overwritten") {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    bytes.seekp(static_cast<std::streamoff>(size / 4));
    bytes << std::string(size / 2, '\xff');
  }
  std::string said;
  try {
    const database notes(file);
    for (const auto& finding : notes.check()) said += finding + "\n";
    (void)logged(notes);
  } catch (const error& corrupt) {
    EXPECT_EQ(corrupt.code(), errc::storage_corrupt) << corrupt.what();
    EXPECT_NE(std::string(corrupt.what()).find(file), std::string::npos) << corrupt.what();
    said += corrupt.what();
  }
  EXPECT_FALSE(said.empty());
  database other(folder / "other.db");
  make_notes(other);
}

INSTANTIATE_TEST_SUITE_P(disk, damage, ::testing::Values("cut", "overwritten"),
                         [](const auto& how) { return std::string(how.param); });

}  // namespace
}  // namespace messagebus::sqlite
