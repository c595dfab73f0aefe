// One bus and one database, sixteen threads, which block or run an event loop, and operations that
// are cancelled at any moment; under ThreadSanitizer this is where a race shows.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>
#include <deque>
#include <latch>
#include <map>
#include <messagebus/asio/async_execute.hpp>
#include <messagebus/asio/socket_waiter.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/testing/print_messages.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "async_counters.hpp"
#include "loop_threads.hpp"

namespace messagebus::asio {
namespace {

using testing::add_counter;
using testing::count;
using testing::counting;

constexpr int threads_count = 16;

class sixteen_threads : public ::testing::Test {
 protected:
  sixteen_threads() { postgresql::async_counters::make_table(database, schema); }

  postgresql::database_options options() {
    auto made = schema.options();
    made.connections_max = connections;
    made.connection_wait_max = std::chrono::minutes(2);  // sanitizers are slow
    made.waiter = &waiter;
    return made;
  }

  static constexpr int connections = 6;

  postgresql::test_schema schema;
  loop_threads loop{threads_count};
  socket_waiter waiter{loop.executor()};
  postgresql::database database{schema.address(), options()};
  postgresql::async_counting_unit_of_work unit_of_work{database};
  testing::async_counting_bus bus;
};

TEST_F(sixteen_threads, B10_that_block_lose_no_count_while_others_follow) {
  constexpr int counts = 12;
  std::atomic<int> handed = 0;
  std::vector<std::jthread> followers;
  for (int follower = 0; follower < 2; ++follower) {
    followers.emplace_back([&](const std::stop_token& stop) {
      database.open_log()->follow(
          {},
          [&](std::span<const recorded_message> messages, position) {
            handed += static_cast<int>(messages.size());
            handed.notify_all();
          },
          stop);
    });
  }
  const auto execute = [&](const auto& message) {
    return sync_wait(bus.async_execute(unit_of_work, message));
  };
  execute(add_counter{"shared"});
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < threads_count; ++thread) {
    threads.emplace_back([&, thread] {
      const std::string own = "of " + std::to_string(thread);
      execute(add_counter{own});
      for (int i = 0; i < counts; ++i) {
        EXPECT_EQ(execute(count{i % 2 == 0 ? "shared" : own}), counting::done);
        EXPECT_THROW(sync_wait(unit_of_work.async_transact(
                         [](transaction<testing::async_counting_ports>& failing) -> task<> {
                           co_await failing->counters.load("shared");
                           throw std::runtime_error("the handler's own");
                         })),
                     std::runtime_error);
      }
    });
  }
  threads.clear();
  const int written = 2 + threads_count * (2 + 2 * counts);
  for (int seen = handed; seen < 2 * written; seen = handed) handed.wait(seen);
  EXPECT_EQ(handed, 2 * written);
  const auto messages = testing::read_all(*database.open_log());
  ASSERT_EQ(messages.size(), static_cast<std::size_t>(written));
  const testing::counted last{"shared", threads_count * counts / 2};
  EXPECT_EQ(std::ranges::count_if(messages,
                                  [&](const recorded_message& message) {
                                    return message.name == "counted" &&
                                           message.as<testing::counted>() == last;
                                  }),
            1);
}

/// Starts one operation after the other, and cancels most of them at some moment.
class hasty_caller {
 public:
  hasty_caller(int number, loop_threads& loop, testing::async_counting_bus& bus,
               postgresql::async_counting_unit_of_work& unit_of_work, std::latch& ended)
      : bus_(bus),
        unit_of_work_(unit_of_work),
        ended_(ended),
        strand_(boost::asio::make_strand(loop.executor())),
        timer_(strand_),
        name_("of " + std::to_string(number) + " "),
        random_(static_cast<unsigned>(number)) {
    boost::asio::post(strand_, [this] { start_next(); });
  }

  /// Whether the operation of each id was told to be done.
  std::map<uuid, bool> done;

 private:
  void start_next() {
    if (left_-- == 0) return ended_.count_down();
    envelope<add_counter> command{{}, {name_ + std::to_string(left_)}};
    command.header.message_id = testing::sample_message().message_id;
    const uuid id = command.header.message_id;
    if (left_ % 8 != 0) cancel_at_some_moment();
    const auto note = [this, id](const std::exception_ptr& failed, counting /*outcome*/) {
      note_end(id, failed);
    };
    async_execute(bus_, unit_of_work_, std::move(command),
                  boost::asio::bind_executor(
                      strand_, boost::asio::bind_cancellation_slot(cancelling_.slot(), note)));
  }

  void cancel_at_some_moment() {
    const int longest_us = 250 << std::uniform_int_distribution<>(0, 7)(random_);
    timer_.expires_after(
        std::chrono::microseconds(std::uniform_int_distribution<>(0, longest_us)(random_)));
    timer_.async_wait([this](const boost::system::error_code& failed) {
      if (!failed) cancelling_.emit(boost::asio::cancellation_type::terminal);
    });
  }

  void note_end(uuid id, const std::exception_ptr& failed) {
    timer_.cancel();
    done[id] = !failed;
    try {
      if (failed) std::rethrow_exception(failed);
    } catch (const error& known) {
      EXPECT_EQ(known.code(), errc::cancelled) << known.what();
    }
    boost::asio::post(strand_, [this] { start_next(); });
  }

  testing::async_counting_bus& bus_;
  postgresql::async_counting_unit_of_work& unit_of_work_;
  std::latch& ended_;
  boost::asio::strand<boost::asio::io_context::executor_type> strand_;
  boost::asio::steady_timer timer_;
  boost::asio::cancellation_signal cancelling_;
  std::string name_;
  std::minstd_rand random_;
  int left_ = 40;
};

TEST_F(sixteen_threads, T3_B10_B11_what_is_cancelled_at_any_moment_is_kept_or_not_as_was_told) {
  constexpr int callers_count = 32;
  std::latch ended(callers_count);
  std::deque<hasty_caller> callers;
  for (int caller = 0; caller < callers_count; ++caller) {
    callers.emplace_back(caller, loop, bus, unit_of_work, ended);
  }
  ended.wait();
  std::map<uuid, int> in_log;
  for (const auto& message : testing::read_all(*database.open_log())) {
    ++in_log[message.name == "add_counter" ? message.message_id : *message.causation_id];
  }
  int kept = 0;
  int cancelled = 0;
  for (const hasty_caller& caller : callers) {
    for (const auto& [id, is_done] : caller.done) {
      EXPECT_EQ(in_log[id], is_done ? 2 : 0);
      ++(is_done ? kept : cancelled);
    }
  }
  std::printf("%d kept, %d cancelled\n", kept, cancelled);
  EXPECT_GT(kept, 0);
  EXPECT_GT(cancelled, 0);
  // Every place in the pool is free again.
  std::deque<postgresql::session> at_once;
  for (int connection = 0; connection < connections; ++connection) {
    auto& used = at_once.emplace_back(database);
    EXPECT_EQ(sync_wait(used.query("SELECT 7")).front().get<int>(0), 7);
  }
}

}  // namespace
}  // namespace messagebus::asio
