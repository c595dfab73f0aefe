#include <gtest/gtest-spi.h>

#include "simulated_counting.hpp"

namespace messagebus::testing {
namespace {

class scenario_test : public ::testing::Test, protected scenario<simulated_counting> {};

TEST_F(scenario_test, T5_state_and_log_agree_after_a_crash_at_every_step) {
  given(add_counter{"a"});
  when(count{"a", 2}, count{"a", 3});
  crash_at(every_step);
  on_seeds(10);
  then(state_and_log_agree);
}

TEST_F(scenario_test, T9_a_commit_without_answer_is_done_once) {
  given(add_counter{"a"});
  when(count{"a", 2}, count{"a", 3});
  lose_answer_at(every_step);
  on_seeds(10);
  then(state_and_log_agree);
}

TEST_F(scenario_test, T9_whoever_hears_that_nothing_was_kept_can_trust_it_whatever_comes_next) {
  given(add_counter{"a"});
  when(count{"a", 2});
  meet(fault_set::all(), every_step);
  faults_a_run(2);
  on_seeds(4);
  then(state_and_log_agree);
}

TEST_F(scenario_test, B10_T5_several_faults_by_chance_break_nothing) {
  given(add_counter{"a"}, add_counter{"b"});
  when(count{"a", 2}, count{"a", 3}, count{"b", 1}, add_counter{"c"});
  by_chance(600, 150);
  then(state_and_log_agree);
}

TEST_F(scenario_test, T5_one_that_is_never_tried_fails_its_test) {
  EXPECT_NONFATAL_FAILURE(
      {
        scenario<simulated_counting> forgotten;
        forgotten.when(add_counter{"a"});
        const auto copied = forgotten;
      },
      "a scenario was described and never tried");
  scenario<simulated_counting> unused;
}

}  // namespace
}  // namespace messagebus::testing
