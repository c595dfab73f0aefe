#include "short_wait.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace messagebus::sqlite::detail {
namespace {

using namespace std::chrono_literals;

TEST(short_wait, what_is_over_is_not_waited_for) {
  short_wait wait;
  int asked = 0;
  EXPECT_TRUE(wait.ends(short_wait::yields_most, [&] { return ++asked == 1; }));
  EXPECT_EQ(asked, 1);
}

TEST(short_wait, others_run_as_often_as_they_may_and_no_more) {
  short_wait wait;
  int asked = 0;
  EXPECT_FALSE(wait.ends(5, [&] {
    ++asked;
    return false;
  }));
  EXPECT_LE(asked, 5 + 1) << "once more when another has just had a whole time slice";
  short_wait another;
  EXPECT_FALSE(another.ends(0, [] { return true; })) << "it sleeps at once, and is asked there";
}

// What takes so long here is a thread that is let run, and has work for a whole time slice.
TEST(short_wait, among_threads_that_keep_the_processor_it_is_given_up_for_a_while) {
  short_wait wait;
  EXPECT_TRUE(wait.pays());
  int asked = 0;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(wait.ends(short_wait::yields_most, [&] {
    ++asked;
    std::this_thread::sleep_for(4ms);
    return false;
  }));
  EXPECT_LE(asked, 2);
  const bool pays = wait.pays();
  if (std::chrono::steady_clock::now() - start < 10ms) {
    EXPECT_FALSE(pays);
    EXPECT_TRUE(wait.ends(short_wait::yields_most, [] { return true; }));
  }
  while (!wait.pays()) std::this_thread::sleep_for(1ms);
}

}  // namespace
}  // namespace messagebus::sqlite::detail
