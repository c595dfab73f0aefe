// The disk that the log is on gets full, with a real one of a few megabytes.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <child_process.hpp>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <string>
#include <temporary_folder.hpp>

#include "own_server.hpp"
#include "test_database.hpp"

namespace messagebus::postgresql {
namespace {

constexpr int messages_at_once = 20;

void add_notes(database& club) {
  session writing(club);
  for (int i = 0; i < messages_at_once; ++i) {
    writing.defer("INSERT INTO note(text) VALUES($1)", std::string(1000, 'x'));
    writing.store().add(testing::sample_message());
  }
  sync_wait(writing.commit());
}

/// How many transactions the disk had room for.
int fill(database& club) {
  for (int i = 0; i < 10'000; ++i) {
    try {
      add_notes(club);
    } catch (const error& full) {
      EXPECT_EQ(full.code(), errc::storage_full) << full.what();
      EXPECT_TRUE(full.is_retryable());
      EXPECT_NE(std::string(full.what()).find("make room"), std::string::npos) << full.what();
      return i;
    }
  }
  ADD_FAILURE() << "nothing was full";
  return 0;
}

void expect_agreement(database& club, int transactions) {
  const auto messages = static_cast<std::size_t>(transactions) * messages_at_once;
  session reading(club);
  EXPECT_EQ(sync_wait(reading.query("SELECT count(*) FROM note")).front().get<std::int64_t>(0),
            static_cast<std::int64_t>(messages));
  EXPECT_EQ(testing::read_all(*club.open_log()).size(), messages);
}

// The server runs as another user where the test runs as root.
void give_to_server(const std::string& folder, const own_server& server) {
  struct stat owned {};
  ASSERT_EQ(stat((server.folder() / "data").c_str(), &owned), 0);
  ASSERT_EQ(chown(folder.c_str(), owned.st_uid, owned.st_gid), 0);
}

int fill_and_make_room(const std::string& disk) {
  // Without root, whoever may mount looks like root to the server, and that it refuses.
  if (getuid() != 0) return tests::cannot_be_had;
  constexpr std::size_t megabyte = std::size_t{1} << 20U;
  if (!tests::mount_small_disk(disk, 4 * megabyte)) return tests::cannot_be_had;
  // After the mount, which only this process and its children see.
  const own_server server;
  give_to_server(disk, server);

  database club(server.address());
  club.execute("CREATE TABLE note(text text)");
  club.execute("CREATE TABLE ballast AS SELECT repeat('x', 1000) FROM generate_series(1, 1000)");
  club.execute("CREATE TABLESPACE small LOCATION '" + disk + "'");
  club.execute("ALTER TABLE messagebus.message SET TABLESPACE small");
  club.execute("ALTER TABLE ballast SET TABLESPACE small");

  const int before = fill(club);
  EXPECT_GT(before, 0);
  EXPECT_THROW(add_notes(club), error);
  expect_agreement(club, before);
  club.execute("DROP TABLE ballast");
  const int after = fill(club);
  EXPECT_GT(after, 0);
  expect_agreement(club, before + after);
  return 0;
}

TEST(postgresql_disk, T5_a_full_disk_keeps_nothing_by_halves_and_the_process_goes_on) {
  const tests::temporary_folder disk;
  const auto work = [&] { return fill_and_make_room(disk.path().string()); };
  tests::expect_proved(tests::run_in_child(work), "a small memory disk");
}

}  // namespace
}  // namespace messagebus::postgresql
