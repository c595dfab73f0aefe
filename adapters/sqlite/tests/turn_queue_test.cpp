// The queue for the writer by itself, without a database.

#include "turn_queue.hpp"

#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <future>
#include <random>
#include <thread>
#include <vector>

namespace messagebus::sqlite::detail {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto long_time = 10s;
constexpr std::chrono::milliseconds time_without_end = std::chrono::years(100);

class turn_queue_test : public ::testing::Test {
 protected:
  turn_queue_test() { EXPECT_EQ(queue_.wait(leader_, long_time), turn_queue::outcome::leads); }

  /// One more who queues, and leads or is run in the end.
  void arrive(turn::kind kind) {
    arrived_.emplace_back([this, kind] {
      turn own(kind);
      if (queue_.wait(own, long_time) == turn_queue::outcome::leads) queue_.hand_over();
    });
  }

  /// Whoever waits until then was woken by somebody.
  template <class Arrive>
  bool is_woken_by(std::size_t awaited, const Arrive& arrive) {
    const auto start = steady_clock::now();
    arrive();
    queue_.await_others(awaited, long_time);
    return steady_clock::now() - start < long_time;
  }

  void end() {
    queue_.hand_over();
    arrived_.clear();
  }

  turn_queue queue_;
  turn leader_{turn::kind::in_group};
  std::vector<std::jthread> arrived_;
};

TEST_F(turn_queue_test, a_leader_is_woken_by_the_last_of_those_it_awaits) {
  EXPECT_TRUE(is_woken_by(3, [&] {
    for (int i = 0; i < 3; ++i) arrive(turn::kind::in_group);
  }));
  std::vector<turn*> group;
  queue_.take_group(group, 8);
  EXPECT_EQ(group.size(), 3U);
  queue_.finish(group);
  end();
}

TEST_F(turn_queue_test, a_leader_that_sleeps_is_woken_by_the_last_of_those_it_awaits_and_no_other) {
  std::jthread coming;
  EXPECT_TRUE(is_woken_by(3, [&] {
    coming = std::jthread([this] {
      for (int i = 0; i < 3; ++i) {
        std::this_thread::sleep_for(20ms);  // mostly enough for the leader to fall asleep
        arrive(turn::kind::in_group);
      }
    });
  }));
  std::vector<turn*> group;
  queue_.take_group(group, 8);
  EXPECT_EQ(group.size(), 3U);
  coming.join();
  queue_.finish(group);
  end();
}

TEST_F(turn_queue_test, a_leader_takes_as_many_as_it_may_each_time_and_leaves_the_rest) {
  for (int i = 0; i < 5; ++i) arrive(turn::kind::in_group);
  queue_.await_others(5, long_time);
  std::vector<turn*> group;
  queue_.take_group(group, 2);
  EXPECT_EQ(group.size(), 2U);
  queue_.take_group(group, 2);
  EXPECT_EQ(group.size(), 4U) << "those that were taken before count no more";
  queue_.finish(group);
  end();
}

TEST_F(turn_queue_test, a_leader_does_not_await_who_comes_behind_one_that_is_alone) {
  EXPECT_TRUE(is_woken_by(3, [&] { arrive(turn::kind::alone); }));
  end();
}

TEST_F(turn_queue_test, a_leader_does_not_wait_when_one_that_is_alone_is_there_already) {
  arrive(turn::kind::in_group);
  queue_.await_others(1, long_time);
  arrive(turn::kind::alone);
  queue_.await_others(2, long_time);
  EXPECT_TRUE(is_woken_by(8, [] {}));
  end();
}

TEST_F(turn_queue_test, a_leader_awaits_nobody_longer_than_it_said) {
  const auto start = steady_clock::now();
  queue_.await_others(1, 5ms);
  EXPECT_GE(steady_clock::now() - start, 5ms);
  end();
}

TEST_F(turn_queue_test, a_leader_whose_time_is_over_awaits_nobody) {
  for (const auto over : {0ns, -1ns, std::chrono::nanoseconds(-24h)}) queue_.await_others(1, over);
  turn impatient(turn::kind::alone);
  for (const auto over : {0ms, -1ms, std::chrono::milliseconds(-24h)}) {
    EXPECT_EQ(queue_.wait(impatient, over), turn_queue::outcome::timed_out);
  }
  end();
}

TEST_F(turn_queue_test, a_leader_is_woken_by_nobody_that_comes_when_it_has_given_up) {
  queue_.await_others(1, 1ms);
  arrive(turn::kind::in_group);
  std::vector<turn*> group;
  while (group.empty()) queue_.take_group(group, 1);
  const auto start = steady_clock::now();
  queue_.await_others(1, 5ms);
  EXPECT_GE(steady_clock::now() - start, 5ms) << "a wake-up was left over";
  queue_.finish(group);
  end();
}

TEST_F(turn_queue_test, who_has_waited_in_vain_leaves_the_others_their_places) {
  const auto wait_in_vain = [this] {
    turn impatient(turn::kind::alone);
    EXPECT_EQ(queue_.wait(impatient, 1ms), turn_queue::outcome::timed_out);
  };
  wait_in_vain();
  arrive(turn::kind::in_group);
  queue_.await_others(1, long_time);
  wait_in_vain();  // behind another
  const auto start = steady_clock::now();
  queue_.await_others(2, 5ms);
  EXPECT_GE(steady_clock::now() - start, 5ms) << "one that has left still counts";
  arrive(turn::kind::in_group);
  queue_.await_others(2, long_time);
  std::vector<turn*> group;
  queue_.take_group(group, 8);
  EXPECT_EQ(group.size(), 2U);
  queue_.finish(group);
  end();
}

TEST_F(turn_queue_test, who_is_being_run_when_its_time_is_up_waits_for_the_end) {
  auto waiting = std::async(std::launch::async, [this] {
    turn own(turn::kind::in_group);
    return queue_.wait(own, 100ms);
  });
  queue_.await_others(1, long_time);
  std::vector<turn*> group;
  queue_.take_group(group, 8);
  if (group.empty()) GTEST_SKIP() << "the machine was too busy";
  EXPECT_EQ(waiting.wait_for(150ms), std::future_status::timeout);
  queue_.finish(group);
  EXPECT_EQ(waiting.get(), turn_queue::outcome::done);
  end();
}

TEST_F(turn_queue_test, a_signal_takes_nothing_from_the_time_to_wait) {
  struct sigaction before {};
  struct sigaction doing_nothing {};
  doing_nothing.sa_handler = [](int) {};
  sigaction(SIGUSR1, &doing_nothing, &before);
  turn_queue::outcome outcome{};
  std::thread waiting([&] {
    turn own(turn::kind::alone);
    outcome = queue_.wait(own, long_time);
    if (outcome == turn_queue::outcome::leads) queue_.hand_over();
  });
  queue_.await_others(1, long_time);
  for (int i = 0; i < 10; ++i) {
    pthread_kill(waiting.native_handle(), SIGUSR1);
    std::this_thread::sleep_for(1ms);
  }
  end();
  waiting.join();
  EXPECT_EQ(outcome, turn_queue::outcome::leads);
  sigaction(SIGUSR1, &before, nullptr);
}

TEST_F(turn_queue_test, who_is_roused_waits_for_the_end_all_the_same) {
  constexpr std::size_t count = 20;
  std::atomic<std::size_t> done{0};
  for (std::size_t i = 0; i < count; ++i) {
    arrived_.emplace_back([&] {
      turn own(turn::kind::in_group);
      EXPECT_EQ(queue_.wait(own, long_time), turn_queue::outcome::done);
      ++done;
    });
  }
  std::vector<turn*> group;
  queue_.await_others(count, long_time);
  queue_.take_group(group, count);
  ASSERT_EQ(group.size(), count);
  queue_.close_group();
  queue_.rouse(group, 0ns);
  std::this_thread::sleep_for(5ms);
  EXPECT_EQ(done, 0U);
  queue_.finish(group);
  arrived_.clear();
  EXPECT_EQ(done, count);
  end();
}

TEST_F(turn_queue_test, B10_arriving_as_the_time_is_up_loses_no_wake_up) {
  for (int round = 0; round < 500; ++round) {
    arrive(turn::kind::in_group);
    queue_.await_others(1, std::chrono::microseconds(round / 5));
    queue_.hand_over();
    arrived_.clear();
    // A wake-up that was left over would make this one lead too early.
    ASSERT_EQ(queue_.wait(leader_, long_time), turn_queue::outcome::leads);
  }
  const auto start = steady_clock::now();
  queue_.await_others(1, 2ms);
  EXPECT_GE(steady_clock::now() - start, 2ms) << "a wake-up was left over";
  end();
}

// Whoever can wait for long gets its turn, or is run: a wake-up that got lost would let it wait in
// vain. Each is counted once, by whoever leads alone.
TEST_F(turn_queue_test, B10_many_come_and_leave_and_lead_and_are_run) {
  constexpr int threads_count = 16;
  constexpr int turns_each = 200;
  int served = 0;  // by the leader, and by nobody else at once
  std::atomic<int> came{0};
  const auto lead = [&](unsigned chance) {
    std::vector<turn*> group;
    if (chance % 2 == 0) queue_.await_others(chance % 16, std::chrono::microseconds(chance % 50));
    if (chance % 3 != 0) queue_.take_group(group, 1 + chance % 16);
    if (chance % 5 != 0) queue_.close_group();
    if (chance % 7 == 0) queue_.take_group(group, 2);
    if (chance % 13 != 0) queue_.rouse(group, 100us);
    served += 1 + static_cast<int>(group.size());
    queue_.hand_over();
    queue_.finish(group);
  };
  for (unsigned seed = 0; seed < threads_count; ++seed) {
    arrived_.emplace_back([&, seed] {
      std::minstd_rand random(seed + 1);
      for (int i = 0; i < turns_each; ++i) {
        const auto chance = static_cast<unsigned>(random());
        const bool is_patient = chance % 3 != 0;
        turn own(chance % 11 == 0 ? turn::kind::alone : turn::kind::in_group);
        const auto outcome = queue_.wait(own, is_patient ? time_without_end : 0ms);
        if (outcome == turn_queue::outcome::leads) lead(chance / 11);
        if (outcome != turn_queue::outcome::timed_out) ++came;
        EXPECT_TRUE(!is_patient || outcome != turn_queue::outcome::timed_out);
      }
    });
  }
  end();
  ASSERT_EQ(queue_.wait(leader_, long_time), turn_queue::outcome::leads);
  EXPECT_EQ(served, came);
  end();
}

}  // namespace
}  // namespace messagebus::sqlite::detail
