// The server is killed under load, again and again: what was reported as kept is there, once; what
// failed is not; what nobody knows can be found out.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <messagebus/domain/error.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "counters.hpp"
#include "own_server.hpp"

namespace messagebus::postgresql {
namespace {

using namespace std::chrono_literals;
using testing::add_counter;

enum class outcome { reported, failed, unknown };

/// So many times; a hundred were run by hand.
int kills_wanted() {
  const char* const given = std::getenv("MESSAGEBUS_TEST_KILLS");  // NOLINT(concurrency-mt-unsafe)
  return given == nullptr ? 6 : std::atoi(given);
}

class kill_test : public ::testing::Test {
 protected:
  void work(const std::stop_token& stop, int thread) {
    counting_unit_of_work unit_of_work(*database_);
    for (int i = 0; !stop.stop_requested(); ++i) {
      envelope<add_counter> command{{}, {std::to_string(thread) + " " + std::to_string(i)}};
      command.header.message_id = testing::sample_message().message_id;
      outcome became = outcome::reported;
      try {
        bus_.execute(unit_of_work, command);
      } catch (const commit_outcome_unknown_error&) {
        became = outcome::unknown;
      } catch (const error& failed) {
        EXPECT_TRUE(failed.is_retryable()) << failed.what();
        became = outcome::failed;
      }
      const std::lock_guard lock(mutex_);
      outcomes_[command.content.name] = {became, command.header.message_id};
    }
  }

  struct attempt {
    outcome became;
    uuid id;
  };

  own_server server_;
  std::unique_ptr<database> database_;
  testing::counting_bus bus_;
  std::mutex mutex_;
  std::map<std::string, attempt> outcomes_;
};

TEST_F(kill_test, T5_T9_every_commit_that_was_reported_is_there_once) {
  database_ = std::make_unique<database>(server_.address(), patient_options());
  counters::table = "counter";
  database_->execute("CREATE TABLE counter(name text PRIMARY KEY, value bigint NOT NULL)");
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([this, thread](const std::stop_token& stop) { work(stop, thread); });
    }
    for (int kill = 0; kill < kills_wanted(); ++kill) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100 + kill * 37 % 100));
      server_.kill();
      server_.start();
    }
    std::this_thread::sleep_for(100ms);
  }
  // What a commit that nobody heard of left behind is settled when the server is up again.
  std::map<uuid, int> in_log;
  auto log = database_->open_log();
  for (const auto& message : log->read({.names = {"add_counter"}}, 1000)) {
    ++in_log[message.message_id];
  }
  std::map<std::string, int> in_state;
  session reading(*database_);
  for (const auto& row : sync_wait(reading.query("SELECT name FROM counter"))) {
    ++in_state[row.get<std::string>(0)];
  }
  std::map<outcome, int> counted;
  for (const auto& [name, made] : outcomes_) {
    ++counted[made.became];
    const int times = in_log[made.id];
    EXPECT_EQ(times, in_state[name]) << name << ": log and state differ";
    switch (made.became) {
      case outcome::reported:
        EXPECT_EQ(times, 1) << name << " was reported";
        break;
      case outcome::failed:
        EXPECT_EQ(times, 0) << name << " had failed";
        break;
      case outcome::unknown:
        EXPECT_LE(times, 1) << name;
        break;
    }
  }
  std::printf("%d reported, %d failed, %d of unknown outcome\n", counted[outcome::reported],
              counted[outcome::failed], counted[outcome::unknown]);
  EXPECT_GT(counted[outcome::reported], kills_wanted());
  EXPECT_GT(counted[outcome::failed] + counted[outcome::unknown], 0) << "no kill was noticed";
}

}  // namespace
}  // namespace messagebus::postgresql
