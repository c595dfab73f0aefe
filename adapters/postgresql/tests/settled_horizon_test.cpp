// The decision how far the log can change no more, without a server.

#include "settled_horizon.hpp"

#include <gtest/gtest.h>

namespace messagebus::postgresql::detail {
namespace {

lock_holder writer(const char* transaction) {
  return {transaction, false};
}
lock_holder prepared(const char* transaction) {
  return {transaction, true};
}

TEST(settled_horizon, E5_everything_is_settled_while_nobody_writes) {
  settled_horizon horizon;
  horizon.observe({.newest = 10, .holders = {}, .positions = {2, 5, 10}});
  EXPECT_EQ(horizon.settled(), 10);
  EXPECT_TRUE(horizon.waited_for().empty());
}

TEST(settled_horizon, E5_what_has_no_gap_needs_nobodys_end) {
  settled_horizon horizon;
  horizon.observe({.newest = 4, .holders = {writer("3/1")}, .positions = {1, 2, 3, 4, 5}});
  EXPECT_EQ(horizon.settled(), 5) << "5 came after the newest was asked for";
}

TEST(settled_horizon, E5_a_gap_is_waited_for_as_long_as_somebody_could_fill_it) {
  settled_horizon horizon;
  for (int look = 0; look < 100; ++look) {
    horizon.observe({.newest = 4 + look, .holders = {writer("3/1")}, .positions = {1, 2, 4}});
    EXPECT_EQ(horizon.settled(), 2);
  }
  horizon.observe({.newest = 110, .holders = {}, .positions = {3, 4, 110}});
  EXPECT_EQ(horizon.settled(), 110);
}

TEST(settled_horizon, E5_who_came_later_is_not_waited_for) {
  settled_horizon horizon;
  horizon.observe({.newest = 4, .holders = {writer("3/1"), writer("4/1")}, .positions = {2, 4}});
  EXPECT_EQ(horizon.settled(), 0);
  horizon.observe({.newest = 7, .holders = {writer("4/1"), writer("3/2")}, .positions = {2, 4, 7}});
  EXPECT_EQ(horizon.settled(), 0) << "4/1 held the lock when 4 was seen";
  horizon.observe({.newest = 9, .holders = {writer("3/3"), writer("5/1")}, .positions = {2, 4, 7}});
  EXPECT_EQ(horizon.settled(), 4) << "3/3 and 5/1 have larger numbers";
  ASSERT_EQ(horizon.waited_for().size(), 2U);
}

TEST(settled_horizon, E5_a_writer_that_is_prepared_has_another_name) {
  settled_horizon horizon;
  horizon.observe({.newest = 4, .holders = {writer("3/1")}, .positions = {2, 4}});
  horizon.observe({.newest = 4, .holders = {prepared("-1/77")}, .positions = {2, 4}});
  EXPECT_EQ(horizon.settled(), 0);
  // Others that are prepared later are no concern.
  horizon.observe(
      {.newest = 9, .holders = {prepared("-1/77"), prepared("-1/78")}, .positions = {2, 4, 9}});
  EXPECT_EQ(horizon.settled(), 0);
  horizon.observe({.newest = 9, .holders = {prepared("-1/78")}, .positions = {1, 2, 4, 9}});
  EXPECT_EQ(horizon.settled(), 4);
}

TEST(settled_horizon, E5_one_of_several_newly_prepared_is_the_one) {
  settled_horizon horizon;
  horizon.observe(
      {.newest = 4, .holders = {writer("3/1"), prepared("-1/50")}, .positions = {2, 4}});
  horizon.observe({.newest = 4,
                   .holders = {prepared("-1/50"), prepared("-1/60"), prepared("-1/61")},
                   .positions = {2, 4}});
  horizon.observe(
      {.newest = 4, .holders = {prepared("-1/50"), prepared("-1/61")}, .positions = {2, 4}});
  EXPECT_EQ(horizon.settled(), 0);
  horizon.observe({.newest = 4, .holders = {prepared("-1/50")}, .positions = {2, 4}});
  EXPECT_EQ(horizon.settled(), 0) << "-1/50 held the lock all along";
  horizon.observe({.newest = 4, .holders = {}, .positions = {2, 4}});
  EXPECT_EQ(horizon.settled(), 4);
}

TEST(settled_horizon, E5_behind_a_lost_connection_nothing_is_settled) {
  settled_horizon horizon;
  horizon.observe({.newest = 4, .holders = {writer("3/1")}, .positions = {1, 2, 4}});
  EXPECT_EQ(horizon.settled(), 2);
  horizon.forget();
  EXPECT_EQ(horizon.settled(), 0);
  EXPECT_EQ(horizon.newest(), 0);
  EXPECT_TRUE(horizon.waited_for().empty());
}

TEST(settled_horizon, E5_a_log_that_has_become_shorter_is_another_one) {
  settled_horizon horizon;
  horizon.observe({.newest = 9, .holders = {}, .positions = {}});
  EXPECT_EQ(horizon.settled(), 9);
  horizon.observe({.newest = 5, .holders = {writer("3/1")}, .positions = {1, 2, 4, 5}});
  EXPECT_EQ(horizon.settled(), 2);
  EXPECT_EQ(horizon.newest(), 5);
}

}  // namespace
}  // namespace messagebus::postgresql::detail
