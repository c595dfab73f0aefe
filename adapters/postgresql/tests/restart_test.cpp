// A reader that goes on over crashes of the server, while transactions of every kind write.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "own_server.hpp"
#include "server_connection.hpp"
#include "test_database.hpp"

namespace messagebus::postgresql {
namespace {

using namespace std::chrono_literals;

class restart_test : public ::testing::Test {
 protected:
  static std::string insert() {
    const std::string id = testing::sample_message().message_id.to_string();
    return "INSERT INTO messagebus.message(message_id, created_at, kind, name, schema_version, "
           "published, correlation_id, payload) VALUES ('" +
           id + "', now(), 2, 'late', 1, false, '" + id + "', '{}'); ";
  }

  void write_by_library(const std::stop_token& stop) {
    for (int round = 0; !stop.stop_requested(); ++round) {
      try {
        session writing(database_);
        for (int i = 0; i <= round % 3; ++i) writing.store().add(testing::sample_message());
        sync_wait(round % 7 == 0 ? writing.rollback() : writing.commit());
      } catch (const error& failed) {
        EXPECT_TRUE(failed.is_retryable() || failed.code() == errc::commit_outcome_unknown)
            << failed.what();
      }
    }
  }

  /// Savepoints that are rolled back and released, and transactions that are prepared and left for
  /// the server's next life.
  void write_by_hand(const std::stop_token& stop, int writer) {
    std::unique_ptr<server_connection> connection;
    for (int round = 0; !stop.stop_requested(); ++round) {
      try {
        if (connection == nullptr) {
          connection = std::make_unique<server_connection>(server_.address());
        }
        connection->run("BEGIN; " + insert() + "SAVEPOINT a; " + insert() + "ROLLBACK TO a; " +
                        insert() + "SAVEPOINT b; " + insert() + "RELEASE b");
        std::this_thread::sleep_for(std::chrono::milliseconds(round * 5 % 23));
        if (round % 3 != 0) {
          connection->run("COMMIT");
          continue;
        }
        connection->run("PREPARE TRANSACTION 'of " + std::to_string(writer) + " " +
                        std::to_string(round) + "'");
      } catch (const std::exception&) {  // the server is gone
        connection.reset();
        std::this_thread::sleep_for(5ms);
      }
    }
  }

  /// Ends what was prepared, some of it after the server has come back.
  void end_prepared(const std::stop_token& stop) {
    bool is_left = true;
    while (is_left || !stop.stop_requested()) {
      std::this_thread::sleep_for(30ms);
      try {
        server_connection connection(server_.address());
        const std::string name = connection.run(
            "SELECT gid FROM pg_prepared_xacts ORDER BY prepared DESC OFFSET 1 LIMIT 1");
        const std::string last = connection.run("SELECT max(gid) FROM pg_prepared_xacts");
        const std::string ended = name.empty() && stop.stop_requested() ? last : name;
        is_left = !ended.empty();
        if (is_left) connection.run("COMMIT PREPARED '" + ended + "'");
      } catch (const std::exception&) {  // the server is gone
        is_left = true;
      }
    }
  }

  void read(const std::stop_token& stop) {
    log followed = database_.log();
    log_page page;
    log_query query;
    for (bool is_last = false; !is_last || !stop.stop_requested();) {
      try {
        sync_wait(followed.read_page(query, page));
      } catch (const error& failed) {
        EXPECT_TRUE(failed.is_retryable()) << failed.what();
        continue;
      }
      query.after = page.read_to();
      is_last = page.is_last() && page.messages().empty();
      for (const auto& message : page.messages()) read_.push_back(message.position.value);
    }
  }

  own_server server_;
  database database_{server_.address(), patient_options()};
  std::vector<std::int64_t> read_;
};

TEST_F(restart_test, E5_a_reader_misses_nothing_when_the_server_crashes_under_writers) {
  std::jthread reading([this](const std::stop_token& stop) { read(stop); });
  {
    std::jthread ending([this](const std::stop_token& stop) { end_prepared(stop); });
    {
      std::vector<std::jthread> writers;
      for (int writer = 0; writer < 3; ++writer) {
        writers.emplace_back([this](const std::stop_token& stop) { write_by_library(stop); });
        writers.emplace_back(
            [this, writer](const std::stop_token& stop) { write_by_hand(stop, writer); });
      }
      for (int crash = 0; crash < 4; ++crash) {
        std::this_thread::sleep_for(std::chrono::milliseconds(150 + crash * 37));
        server_.kill();
        server_.start();
      }
      std::this_thread::sleep_for(150ms);
    }
  }
  reading.request_stop();
  reading.join();
  std::vector<std::int64_t> in_log;
  session looking(database_);
  const auto found =
      sync_wait(looking.query("SELECT position FROM messagebus.message ORDER BY position"));
  for (const row& row : found) in_log.push_back(row.get<std::int64_t>(0));
  EXPECT_GT(in_log.size(), 200U);
  EXPECT_EQ(read_, in_log);
}

}  // namespace
}  // namespace messagebus::postgresql
