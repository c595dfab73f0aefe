#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <messagebus/testing/simulation.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace messagebus::testing {

struct every_step_type {};
/// `crash_at(every_step)`.
inline constexpr every_step_type every_step{};

/// Which steps of a run: all of them, the one of a number, or those of a name.
class step_choice {
 public:
  // NOLINTBEGIN(google-explicit-constructor): so that it reads `crash_at("commit")`
  step_choice(every_step_type /*all*/) {}
  step_choice(std::int64_t number) : number_(number) {}
  step_choice(const char* name) : name_(name) {}
  // NOLINTEND(google-explicit-constructor)

  bool contains(std::int64_t number, std::string_view name) const {
    return (!number_ || *number_ == number) && (!name_ || *name_ == name);
  }
  /// For people: `every step`, `step 7`, `the step 'commit'`.
  std::string to_string() const;

 private:
  std::optional<std::int64_t> number_;
  std::optional<std::string> name_;
};

/// Faults to try at each of the chosen steps where they are possible.
struct chosen_faults {
  fault_set kinds;
  step_choice steps = every_step;
};

struct exploration {
  std::vector<chosen_faults> chosen = {};
  /// How many of them are tried together: 2 tries each alone and all pairs, which is many.
  int faults_a_run_max = 1;
  /// The first seed; each gives another order of the tasks' turns, and runs of its own.
  std::uint64_t seed = 1;
  int seeds = 1;
  /// Further runs for each seed in which faults happen by chance, several to a run.
  int runs_by_chance = 0;
  int faults_per_thousand = 40;
};

/// What came of an exploration; `EXPECT_TRUE(explore(…))` prints what was found.
struct explored {
  std::int64_t runs = 0;
  /// Faults that happened in all runs together.
  std::int64_t faults = 0;
  /// The first run that failed, with its failures, its steps, and how to run it again.
  std::optional<std::string> found = {};
  std::optional<simulated_run> failed_run = {};

  // NOLINTNEXTLINE(google-explicit-constructor): so that EXPECT_TRUE takes it
  operator ::testing::AssertionResult() const;
};

/// Runs a scenario again and again in a fresh simulation: once undisturbed, which counts its steps,
/// then once for every chosen fault at every chosen step, then by chance; and ends with the first
/// run that fails: one in which an assertion of GoogleTest fails or an exception leaves the
/// scenario. That chosen faults are possible nowhere is a failure as well. When MESSAGEBUS_SEED is
/// set, it begins with that seed, or does that run alone when faults are named with it, which fails
/// as well when they no longer happen. The scenario runs on the calling thread. Errors:
/// `usage_error` for less than one seed or one fault a run, and for runs by chance in which nothing
/// can happen.
explored explore(const exploration& what, const std::function<void(simulation&)>& scenario);

}  // namespace messagebus::testing
