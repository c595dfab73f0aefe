// That a run is the same every time, and what its text says.

#include <cstdlib>
#include <messagebus/testing/sample_messages.hpp>
#include <set>
#include <sstream>

#include "simulated_counting.hpp"

namespace messagebus::testing {
namespace {

struct result_of_run {
  std::vector<recorded_message> log;
  std::string history;

  bool operator==(const result_of_run&) const = default;
};

/// Four clients at once, with faults by chance.
result_of_run count_in_a_run(const simulated_run& run) {
  simulation simulation(run);
  simulated_database database(simulation);
  simulated_counting application(database);
  for (const char* name : {"a", "b", "a", "c"}) {
    simulation.start("service", [&application, name]() -> task<> {
      const add_counter first{name};
      const count second{name, 3};
      try {
        co_await application.bus.async_execute(application.unit_of_work, first);
        co_await application.bus.async_execute(application.unit_of_work, second);
      } catch (const error&) {
        co_return;
      }
    });
  }
  simulation.run();
  const auto calm = simulation.without_faults();
  simulation.restart("service");
  return {read_all(*database.open_log()), simulation.history(1000)};
}

TEST(simulation, a_run_is_the_same_every_time_with_ids_times_and_turns) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const simulated_run run{.seed = seed, .faults_per_thousand = 50};
    EXPECT_EQ(count_in_a_run(run), count_in_a_run(run)) << "seed " << seed;
  }
}

TEST(simulation, a_caller_that_hangs_goes_on_an_hour_later) {
  simulation simulation({.faults = {{fault::hang, 2}}});
  const auto began = simulation.clock().current();
  EXPECT_EQ(simulation.step("call", faults_of_a_wait), fault::none);
  EXPECT_LT(simulation.clock().current() - began, simulation::hang_duration);
  EXPECT_EQ(simulation.step("call", faults_of_a_wait), fault::none);
  EXPECT_GE(simulation.clock().current() - began, simulation::hang_duration);
}

TEST(simulation, what_happened_by_chance_happens_again_when_it_is_planned) {
  int with_faults = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const result_of_run by_chance = count_in_a_run({.seed = seed, .faults_per_thousand = 50});
    simulated_run planned{.seed = seed};
    std::int64_t number = 0;
    std::istringstream lines(by_chance.history);
    for (std::string line; std::getline(lines, line);) {
      ++number;
      for (const fault kind : all_faults) {
        if (line.ends_with("← " + std::string(to_string(kind)))) {
          planned.faults.push_back({kind, number});
        }
      }
    }
    with_faults += planned.faults.empty() ? 0 : 1;
    EXPECT_EQ(count_in_a_run(planned), by_chance) << planned.to_string();
  }
  EXPECT_GT(with_faults, 10);
}

TEST(simulation, seeds_give_other_orders) {
  std::set<std::string> histories;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    histories.insert(count_in_a_run({.seed = seed}).history);
  }
  EXPECT_GT(histories.size(), 15U);
}

TEST(simulation, a_run_reads_as_it_is_written) {
  const simulated_run run{.seed = 18446744073709551615U,
                          .faults = {{fault::crash, 12}, {fault::lost_wake_up, 3}}};
  EXPECT_EQ(run.to_string(), "18446744073709551615:crash@12,lost_wake_up@3");
  EXPECT_EQ(simulated_run::parse(run.to_string()), run);
  EXPECT_EQ(simulated_run::parse("7"), simulated_run{.seed = 7});
  for (const char* text : {"", "x", "7:", "7:crash", "7:crash@", "7:crash@x", "7:crush@1",
                           "7:crash@1,", "-7", "7 ", "7:crash@1;busy@2"}) {
    EXPECT_EQ(simulated_run::parse(text), std::nullopt) << text;
  }
}

/// Sets MESSAGEBUS_SEED for a test; empty takes it away.
class seed_in_environment {
 public:
  explicit seed_in_environment(const char* text) { ::setenv("MESSAGEBUS_SEED", text, 1); }
  ~seed_in_environment() { ::unsetenv("MESSAGEBUS_SEED"); }
};

explored explore_steps() {
  exploration what;
  what.chosen = {{fault_set::all(), every_step}};
  return explore(what, [](simulation& simulation) {
    try {
      for (int i = 0; i < 5; ++i) simulation.step("a step");
    } catch (const error&) {
      return;
    } catch (const simulated_crash&) {
      ADD_FAILURE() << "crashed with seed " << simulation.run_of().seed;
    }
  });
}

TEST(simulation, the_environment_asks_for_one_run_or_for_a_seed) {
  {
    const seed_in_environment one_run("3:crash@4");
    const explored done = explore_steps();
    EXPECT_EQ(done.runs, 1);
    EXPECT_EQ(done.failed_run, simulated_run::parse("3:crash@4"));
  }
  {
    const seed_in_environment one_run("3:busy@4");
    const explored done = explore_steps();
    EXPECT_EQ(done.runs, 1);
    EXPECT_EQ(done.found, std::nullopt);
  }
  {
    const seed_in_environment from("77");
    EXPECT_EQ(explore_steps().failed_run, simulated_run::parse("77:crash@1"));
  }
  for (const char* elsewhere : {"3:busy@40", "3:lost_answer@2", "3:busy@0"}) {
    const seed_in_environment one_run(elsewhere);
    const explored done = explore_steps();
    EXPECT_EQ(done.runs, 1);
    EXPECT_NE(done.found.value_or("").find("does not meet"), std::string::npos) << elsewhere;
  }
  const seed_in_environment nonsense("crash");
  EXPECT_THROW(explore_steps(), usage_error);
}

TEST(simulation, an_exploration_counts_and_stops_at_the_first_failure) {
  const explored done = explore_steps();
  EXPECT_EQ(done.failed_run, simulated_run::parse("1:crash@1"));
  EXPECT_EQ(done.runs, 4) << "undisturbed, busy, failure, crash";
  EXPECT_EQ(done.faults, 3);
  EXPECT_FALSE(::testing::AssertionResult(done));
}

TEST(simulation, faults_are_tried_alone_in_pairs_and_on_every_seed) {
  exploration what;
  what.chosen = {{{fault::hang}, every_step}};
  what.seeds = 3;
  std::set<std::string> runs;
  const auto walk = [&](simulation& simulation) {
    for (int i = 0; i < 3; ++i) simulation.step("a step", {fault::hang});
    runs.insert(simulation.as_it_happened().to_string());
  };
  EXPECT_EQ(explore(what, walk).runs, 3 * (1 + 3));
  EXPECT_TRUE(runs.contains("1") && runs.contains("2:hang@3") && runs.contains("3:hang@1"));
  what.seeds = 1;
  what.faults_a_run_max = 2;
  runs.clear();
  EXPECT_EQ(explore(what, walk).faults, 3 + 3 * 2);
  const std::set<std::string> expected{"1",        "1:hang@1",        "1:hang@1,hang@2",
                                       "1:hang@2", "1:hang@1,hang@3", "1:hang@2,hang@3",
                                       "1:hang@3"};
  EXPECT_EQ(runs, expected);
}

TEST(simulation, runs_by_chance_are_on_seeds_of_their_own) {
  exploration what;
  what.runs_by_chance = 10;
  std::set<std::uint64_t> seeds;
  const explored done =
      explore(what, [&](simulation& simulation) { seeds.insert(simulation.run_of().seed); });
  EXPECT_EQ(done.runs, 1 + 10);
  EXPECT_EQ(seeds.size(), 10U);
}

TEST(simulation, an_exploration_of_nothing_is_refused) {
  const auto nothing = [](simulation& /*simulation*/) {};
  EXPECT_THROW(explore({.seeds = 0}, nothing), usage_error);
  EXPECT_THROW(explore({.seeds = -1}, nothing), usage_error);
  EXPECT_THROW(explore({.faults_a_run_max = 0}, nothing), usage_error);
  EXPECT_THROW(explore({.runs_by_chance = -1}, nothing), usage_error);
  EXPECT_THROW(explore({.runs_by_chance = 1, .faults_per_thousand = 0}, nothing), usage_error);
  EXPECT_THROW(explore({.runs_by_chance = 1, .faults_per_thousand = 1001}, nothing), usage_error);
}

TEST(simulation, faults_that_can_happen_nowhere_are_a_failure) {
  scenario<simulated_counting> test;
  test.when(add_counter{"a"});
  test.crash_at("comit");
  const explored done = test.tried(state_and_log_agree);
  ASSERT_TRUE(done.found);
  EXPECT_NE(done.found->find("can happen at the step 'comit': crash"), std::string::npos)
      << *done.found;
  EXPECT_NE(done.found->find("service 1: commit"), std::string::npos) << *done.found;
}

TEST(simulation, what_is_given_has_to_be_kept) {
  scenario<simulated_counting> test;
  test.given(add_counter{"a"});
  test.when(add_counter{"b"});
  EXPECT_FALSE(test.tried(state_and_log_agree).found);
  test.given(count_and_fail{"a"});
  EXPECT_TRUE(test.tried(state_and_log_agree).found);
}

}  // namespace
}  // namespace messagebus::testing
