#include "bell.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace messagebus::postgresql::detail {
namespace {

using namespace std::chrono_literals;

class last_answer_test : public ::testing::Test {
 protected:
  const last_answer::time_point asked_at_ = std::chrono::steady_clock::now();
  last_answer answer_;
};

TEST_F(last_answer_test, is_none_at_first) {
  EXPECT_TRUE(answer_.is_to_be_asked(asked_at_));
}

TEST_F(last_answer_test, holds_for_a_moment_since_it_was_asked_for) {
  answer_.nobody_waits(asked_at_);
  EXPECT_FALSE(answer_.is_to_be_asked(asked_at_ + bell::renewed_after - 1us));
  EXPECT_TRUE(answer_.is_to_be_asked(asked_at_ + bell::answer_holds_for));
}

TEST_F(last_answer_test, is_renewed_by_one_of_many_while_it_holds) {
  answer_.nobody_waits(asked_at_);
  EXPECT_TRUE(answer_.is_to_be_asked(asked_at_ + bell::renewed_after));
  for (int other = 0; other < 3; ++other) {
    EXPECT_FALSE(answer_.is_to_be_asked(asked_at_ + bell::renewed_after + 10us));
  }
  answer_.nobody_waits(asked_at_ + bell::renewed_after);
  EXPECT_FALSE(answer_.is_to_be_asked(asked_at_ + bell::answer_holds_for - 1us));
  EXPECT_TRUE(answer_.is_to_be_asked(asked_at_ + 2 * bell::renewed_after));
}

TEST_F(last_answer_test, is_the_one_that_was_asked_for_last) {
  answer_.nobody_waits(asked_at_ + 500us);
  answer_.nobody_waits(asked_at_);
  EXPECT_FALSE(answer_.is_to_be_asked(asked_at_ + bell::renewed_after));
}

TEST_F(last_answer_test, holds_no_more_once_somebody_waits) {
  answer_.nobody_waits(asked_at_);
  answer_.somebody_waits();
  EXPECT_TRUE(answer_.is_to_be_asked(asked_at_));
}

}  // namespace
}  // namespace messagebus::postgresql::detail
