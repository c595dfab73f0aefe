// The log on a server that follows another, and on one that it was restored on.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <string>
#include <thread>
#include <vector>

#include "own_server.hpp"
#include "server_connection.hpp"
#include "test_database.hpp"

namespace messagebus::postgresql {
namespace {

using namespace std::chrono_literals;

void add_messages(database& club, int count) {
  session writing(club);
  for (int i = 0; i < count; ++i) writing.store().add(testing::sample_message());
  sync_wait(writing.commit());
}

TEST(postgresql_servers, E5_a_standby_refuses_readers_and_writers_until_it_is_promoted) {
  own_server primary;
  {
    database club(primary.address());
    add_messages(club, 3);
  }
  const own_server standby = own_server::standby_of(primary);
  database club(standby.address());
  const auto expect_refused = [&](const auto& work) {
    try {
      work();
      ADD_FAILURE() << "a standby was used";
    } catch (const error& refused) {
      EXPECT_EQ(refused.code(), errc::storage_read_only) << refused.what();
      EXPECT_FALSE(refused.is_retryable());
      EXPECT_NE(std::string(refused.what()).find("standby"), std::string::npos) << refused.what();
      EXPECT_NE(std::string(refused.what()).find("read-write"), std::string::npos)
          << refused.what();
    }
  };
  expect_refused([&] { testing::read_all(*club.open_log()); });
  expect_refused([&] { add_messages(club, 1); });

  server_connection(standby.address()).run("SELECT pg_promote()");
  add_messages(club, 2);
  EXPECT_EQ(testing::read_all(*club.open_log()).size(), 5U);
}

TEST(postgresql_servers, E5_a_reader_that_is_led_to_a_standby_that_is_behind_skips_nothing) {
  own_server primary;
  {
    database club(primary.address());
    add_messages(club, 20);
  }
  const own_server standby = own_server::standby_of(primary);
  server_connection(standby.address()).run("SELECT pg_wal_replay_pause()");
  database club("postgresql://messagebus@127.0.0.1:" + std::to_string(primary.port()) +
                ",127.0.0.1:" + std::to_string(standby.port()) + "/postgres");
  add_messages(club, 20);
  log followed = club.log();
  log_page page(10);
  log_query query;
  sync_wait(followed.read_page(query, page));
  query.after = page.read_to();
  EXPECT_EQ(query.after, position{10});
  primary.kill();
  for (int attempt = 0; attempt < 2; ++attempt) {
    try {
      sync_wait(followed.read_page(query, page));
      ADD_FAILURE() << "it read to " << page.read_to().value;
    } catch (const error& refused) {
      EXPECT_EQ(refused.code(), errc::storage_read_only) << refused.what();
    }
  }
}

int run(const std::string& command) {
  return std::system(command.c_str());  // NOLINT(concurrency-mt-unsafe,cert-env33-c)
}

std::vector<std::int64_t> positions_of(database& club, position after) {
  std::vector<std::int64_t> positions;
  for (const auto& read : testing::read_all(*club.open_log(), {.after = after})) {
    positions.push_back(read.position.value);
  }
  return positions;
}

TEST(postgresql_servers, E5_a_checkpoint_stays_valid_where_a_dump_is_restored) {
  own_server server;
  server_connection(server.address()).run("CREATE DATABASE restored");
  database club(server.address());
  add_messages(club, 4);
  // One that was rolled back leaves a gap.
  server_connection(server.address())
      .run("SELECT nextval(pg_get_serial_sequence('messagebus.message', 'position'))");
  add_messages(club, 3);
  const std::string file = (server.folder() / "club.dump").string();
  ASSERT_EQ(
      run("pg_dump --format=custom --file='" + file + "' --dbname='" + server.address() + "'"), 0);
  ASSERT_EQ(run("pg_restore --exit-on-error --dbname='" + server.address("restored") + "' '" +
                file + "'"),
            0);
  const auto all = positions_of(club, {});
  ASSERT_EQ(all.size(), 7U);

  database restored(server.address("restored"));
  const std::vector<std::int64_t> expected{all[2], all[3], all[4], all[5], all[6]};
  EXPECT_EQ(positions_of(restored, {all[1]}), expected);
  add_messages(restored, 2);
  const auto added = positions_of(restored, {all[6]});
  EXPECT_EQ(added.size(), 2U) << "what is new comes after every checkpoint";
}

}  // namespace
}  // namespace messagebus::postgresql
