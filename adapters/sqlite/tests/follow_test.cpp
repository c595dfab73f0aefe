#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <temporary_folder.hpp>
#include <thread>

#include "session_ports.hpp"

namespace messagebus::sqlite {
namespace {

void add_message(database& database) {
  database.write([](session& session) { session.store().add(testing::sample_message()); });
}

/// A child process that adds a message to the log each time it is told to.
class other_process {
 public:
  explicit other_process(const std::string& file) {
    if (pipe(orders_) != 0 || pipe(answers_) != 0) throw std::runtime_error("no pipe");
    child_ = fork();
    if (child_ == 0) {
      close(orders_[1]);
      serve(file);
    }
    close(orders_[0]);
  }
  other_process(const other_process&) = delete;
  other_process& operator=(const other_process&) = delete;
  ~other_process() {
    close(orders_[1]);
    waitpid(child_, nullptr, 0);
    close(answers_[0]);
    close(answers_[1]);
  }

  void add() {
    char byte = 1;
    EXPECT_EQ(::write(orders_[1], &byte, 1), 1);
    EXPECT_EQ(::read(answers_[0], &byte, 1), 1);
  }

 private:
  [[noreturn]] void serve(const std::string& file) const {
    {
      database mine(file);
      char byte = 0;
      while (::read(orders_[0], &byte, 1) == 1) {
        add_message(mine);
        if (::write(answers_[1], &byte, 1) != 1) break;
      }
    }
    _exit(0);
  }

  int orders_[2]{};
  int answers_[2]{};
  pid_t child_ = 0;
};

/// How long until a follower hears of what another process commits.
/// `linked`: the follower's way to the file is a symbolic link.
std::chrono::milliseconds time_to_hear(const database_options& options, bool linked = false) {
  const tests::temporary_folder folder;
  const auto file = folder / "club.db";
  other_process other(file);
  other.add();
  if (linked) std::filesystem::create_symlink(file, folder / "link.db");
  database club(linked ? folder / "link.db" : file, options);
  auto log = club.log();
  // Also the first wait, before which nothing was watched.
  sync_wait(log.wait_behind(position{0}, {}));
  std::chrono::steady_clock::time_point committed;
  std::thread committing([&] {
    std::this_thread::sleep_for(
        std::chrono::milliseconds(700));  // all looks after a write are over
    other.add();
    committed = std::chrono::steady_clock::now();
  });
  sync_wait(log.wait_behind(position{1}, {}));
  const auto heard = std::chrono::steady_clock::now();
  committing.join();
  EXPECT_EQ(sync_wait(log.last_position()), position{2});
  return std::chrono::duration_cast<std::chrono::milliseconds>(heard - committed);
}

/// Long before the look in any case, in one of some attempts: a busy machine may delay the others.
bool hears_soon(const database_options& options, bool linked = false) {
  for (int attempt = 0; attempt < 5; ++attempt) {
    if (time_to_hear(options, linked) < std::chrono::milliseconds(250)) return true;
  }
  return false;
}

TEST(follow, E5_a_commit_of_another_process_wakes_by_the_file) {
  EXPECT_TRUE(hears_soon({}));
}

TEST(follow, E5_a_commit_of_another_process_wakes_by_the_file_behind_a_link) {
  const database_options notified{.follow_interval = std::chrono::seconds(10)};
  EXPECT_TRUE(hears_soon(notified, true));
}

TEST(follow, E5_a_follower_that_cannot_be_notified_looks) {
  EXPECT_TRUE(hears_soon({.file_notification = false}));
}

TEST(follow, E5_a_commit_of_this_process_wakes) {
  const tests::temporary_folder folder;
  database club(folder / "club.db",
                {.file_notification = false, .follow_interval = std::chrono::minutes(1)});
  auto log = club.log();
  const auto start = std::chrono::steady_clock::now();
  std::thread committing([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    add_message(club);
  });
  sync_wait(log.wait_behind(position{0}, {}));
  committing.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30)) << "it looked";
  EXPECT_EQ(sync_wait(log.last_position()), position{1});
}

TEST(follow, P1_a_log_is_followed_forwards_only) {
  const tests::temporary_folder folder;
  database club(folder / "club.db");
  add_message(club);
  auto log = club.log();
  const log_query backwards{.up_to = position{1}, .order = log_order::newest_first};
  EXPECT_THROW(log.follow(backwards, [](auto, auto) {}), usage_error);
}

TEST(follow, E5_it_ends_where_it_was_asked_to_and_tells_what_it_went_past) {
  const tests::temporary_folder folder;
  database club(folder / "club.db");
  for (int i = 0; i < 3; ++i) add_message(club);
  auto log = club.log();
  std::vector<std::int64_t> read_to;
  std::size_t heard = 0;
  const message_log::follower keep = [&](std::span<const recorded_message> messages,
                                         position checkpoint) {
    heard += messages.size();
    read_to.push_back(checkpoint.value);
  };
  log.follow({.up_to = position{2}}, keep);
  EXPECT_EQ(heard, 2U);
  log.follow({.up_to = position{3}, .names = {"none of this name"}}, keep);
  EXPECT_EQ(heard, 2U);
  EXPECT_EQ(read_to, (std::vector<std::int64_t>{2, 3}));
}

TEST(follow, a_stop_ends_the_wait) {
  const tests::temporary_folder folder;
  const database club(folder / "club.db",
                      {.file_notification = false, .follow_interval = std::chrono::minutes(1)});
  auto log = club.log();
  std::stop_source stop;
  std::thread stopping([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    stop.request_stop();
  });
  sync_wait(log.wait_behind(position{0}, stop.get_token()));
  stopping.join();
  sync_wait(log.wait_behind(position{0}, stop.get_token()));
}

TEST(follow, P1_a_page_looks_at_a_bounded_stretch_and_the_next_goes_on) {
  const tests::temporary_folder folder;
  database club(folder / "club.db", {.durability = durability::off});
  club.write([](session& session) {
    session.execute(
        "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < "
        "250000) "
        "INSERT INTO messagebus_message(message_id, created_at, kind, name, schema_version, "
        "published, correlation_id, payload) SELECT CAST(printf('%016d', n) AS BLOB), 0, 1, "
        "iif(n IN (1, 249999), 'rare', 'common'), 1, 0, zeroblob(16), '{}' FROM number");
  });
  auto log = club.log();
  for (const auto order : {log_order::oldest_first, log_order::newest_first}) {
    EXPECT_EQ(testing::read_all(log, {.names = {"rare"}, .order = order}, 10).size(), 2U);
  }
  log_page page;
  sync_wait(log.read_page({.after = position{1}, .names = {"rare"}}, page));
  EXPECT_TRUE(page.messages().empty());
  EXPECT_FALSE(page.is_last());
}

}  // namespace
}  // namespace messagebus::sqlite
