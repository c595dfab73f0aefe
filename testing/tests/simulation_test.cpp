#include "simulated_counting.hpp"

namespace messagebus::testing {
namespace {

class simulation_test : public ::testing::Test, protected scenario<simulated_counting> {};

TEST_F(simulation_test, T5_state_and_log_agree_after_a_crash_at_every_step) {
  given(add_counter{"a"});
  when(count{"a", 2}, count{"a", 3});
  crash_at(every_step);
  on_seeds(10);
  then([](simulated_counting& application, message_log& log) {
    state_and_log_agree(application, log);
  });
}

TEST_F(simulation_test, T9_a_commit_without_answer_is_done_once) {
  given(add_counter{"a"});
  when(count{"a", 2}, count{"a", 3});
  lose_answer_at(every_step);
  on_seeds(10);
  then(state_and_log_agree);
}

TEST_F(simulation_test, B10_T5_several_faults_by_chance_break_nothing) {
  given(add_counter{"a"}, add_counter{"b"});
  when(count{"a", 2}, count{"a", 3}, count{"b", 1}, add_counter{"c"});
  by_chance(500);
  then(state_and_log_agree);
}

}  // namespace
}  // namespace messagebus::testing
