// Where threads sleep, by itself.

#include "sleeping_place.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace messagebus::sqlite::detail {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto time_enough = 10s;

TEST(sleeping_place_test, who_is_woken_between_its_question_and_its_sleep_does_not_sleep) {
  sleeping_place place;
  bool is_over = false;
  const auto deadline = steady_clock::now() + time_enough;
  EXPECT_TRUE(place.sleep_until(deadline, sleeping_place::everybody, [&] {
    if (is_over) return true;
    is_over = true;
    place.wake(sleeping_place::everybody);
    return false;
  }));
  EXPECT_LT(steady_clock::now(), deadline);
}

TEST(sleeping_place_test, who_is_woken_for_nothing_sleeps_on) {
  sleeping_place place;
  int questions = 0;
  const auto deadline = steady_clock::now() + 20ms;
  EXPECT_FALSE(place.sleep_until(deadline, sleeping_place::everybody, [&] {
    if (++questions < 5) place.wake(sleeping_place::everybody);
    return false;
  }));
  EXPECT_GE(questions, 5);
  EXPECT_GE(steady_clock::now(), deadline);
}

TEST(sleeping_place_test, a_deadline_that_is_over_is_one_even_if_it_was_before_the_machine_ran) {
  sleeping_place place;
  const auto never = [] { return false; };
  for (const auto deadline :
       {steady_clock::now() - 1ns, steady_clock::time_point{}, steady_clock::time_point{-1ns},
        steady_clock::time_point{-1h}, steady_clock::time_point::min()}) {
    EXPECT_FALSE(place.sleep_until(deadline, sleeping_place::everybody, never));
  }
}

TEST(sleeping_place_test, what_has_come_when_the_time_is_up_has_come) {
  sleeping_place place;
  int questions = 0;
  const auto comes_late = [&] { return ++questions > 1; };
  EXPECT_TRUE(place.sleep_until(steady_clock::now(), sleeping_place::everybody, comes_late));
}

TEST(sleeping_place_test, one_that_shares_no_bit_takes_no_wake_up_from_another) {
  sleeping_place place;
  std::atomic<unsigned> over{0};
  std::atomic<int> in_time{0};
  const auto deadline = steady_clock::now() + time_enough;
  std::vector<std::jthread> sleepers;
  for (unsigned bit = 0; bit < sleeping_place::bits_count; ++bit) {
    sleepers.emplace_back([&, bit] {
      const auto who = sleeping_place::bits{1} << bit;
      const auto is_over = [&] { return (over.load() & who) != 0; };
      if (place.sleep_until(deadline, who, is_over) && steady_clock::now() < deadline) ++in_time;
    });
  }
  for (unsigned bit = 0; bit < sleeping_place::bits_count; ++bit) {
    const auto whom = sleeping_place::bits{1} << bit;
    over |= whom;
    place.wake(whom);
  }
  sleepers.clear();
  EXPECT_EQ(in_time, static_cast<int>(sleeping_place::bits_count));
}

}  // namespace
}  // namespace messagebus::sqlite::detail
