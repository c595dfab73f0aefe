#include <gtest/gtest-spi.h>

#include <cerrno>

#include <messagebus/domain/error.hpp>
#include <messagebus/testing/explore.hpp>
#include <set>

namespace messagebus::testing {
namespace {

// Runs the scenario and takes GoogleTest's failures aside. Empty: there were none.
std::string failures_of(const std::function<void(simulation&)>& scenario, simulation& simulation) {
  ::testing::TestPartResultArray results;
  std::string thrown;
  {
    const ::testing::ScopedFakeTestPartResultReporter aside(
        ::testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &results);
    try {
      scenario(simulation);
    } catch (const std::exception& left) {
      thrown = std::string("an error left the scenario: ") + left.what() + '\n';
    } catch (const simulated_crash&) {
      thrown = "a crash left the scenario: catch simulated_crash where the caller may go down\n";
    }
  }
  std::string failures;
  for (int i = 0; i < results.size(); ++i) {
    const ::testing::TestPartResult& result = results.GetTestPartResult(i);
    if (!result.failed()) continue;
    failures.append(result.file_name() == nullptr ? "" : result.file_name())
        .append(":" + std::to_string(result.line_number()) + ": ")
        .append(result.message())
        .append("\n");
  }
  return failures + thrown;
}

std::string command_of_this_test(const std::string& run) {
  const ::testing::TestInfo* const test = ::testing::UnitTest::GetInstance()->current_test_info();
  std::string command = "MESSAGEBUS_SEED=" + run + " " + program_invocation_name;
  if (test != nullptr) {
    command.append(" --gtest_filter=").append(test->test_suite_name()).append(".");
    command.append(test->name());
  }
  return command;
}

class explorer {
 public:
  explorer(const exploration& what, const std::function<void(simulation&)>& scenario)
      : what_(what), scenario_(scenario) {}

  explored explore() {
    if (what_.seeds < 1 || what_.faults_a_run_max < 1 || what_.runs_by_chance < 0) {
      throw usage_error(
          "an exploration takes one seed or more, one fault a run or more, and no negative number "
          "of runs by chance");
    }
    if (what_.runs_by_chance > 0 &&
        (what_.faults_per_thousand < 1 || what_.faults_per_thousand > 1000)) {
      throw usage_error("runs by chance meet a fault at 1 to 1000 of a thousand steps, and " +
                        std::to_string(what_.faults_per_thousand) + " were asked for");
    }
    const auto asked = simulated_run::from_environment();
    if (asked && !asked->faults.empty()) {
      const auto steps = run(*asked);
      if (!done_.found) complain_about_missing(*asked, steps);
      return done_;
    }
    const std::uint64_t first = asked ? asked->seed : what_.seed;
    for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(what_.seeds); ++i) {
      if (!explore_seed(first + i)) return done_;
    }
    for (const chosen_faults& never : what_.chosen) {
      if (!tried_.contains(&never)) complain_about(never);
    }
    return done_;
  }

 private:
  // False ends it: something was found.
  bool explore_seed(std::uint64_t seed) {
    explore_behind({.seed = seed}, what_.faults_a_run_max);
    if (done_.found) return false;
    for (int i = 0; i < what_.runs_by_chance; ++i) {
      run({.seed = seed + static_cast<std::uint64_t>(i) * 1'000'003,
           .faults_per_thousand = what_.faults_per_thousand});
      if (done_.found) return false;
    }
    return true;
  }

  // Runs it, and then with one fault more at each step behind its last one.
  void explore_behind(const simulated_run& planned, int more_max) {
    const auto steps = run(planned);
    if (more_max == 0) return;
    const std::int64_t last = planned.faults.empty() ? 0 : planned.faults.back().step;
    for (const planned_fault& next : chosen_of(steps, last)) {
      if (done_.found) return;
      simulated_run further = planned;
      further.faults.push_back(next);
      explore_behind(further, more_max - 1);
    }
  }

  std::vector<planned_fault> chosen_of(const std::vector<simulated_step>& steps,
                                       std::int64_t last) {
    std::vector<planned_fault> planned;
    for (const chosen_faults& chosen : what_.chosen) {
      std::int64_t number = 0;
      for (const simulated_step& step : steps) {
        ++number;
        if (number <= last || !chosen.steps.contains(number, step.name)) continue;
        for (const fault kind : all_faults) {
          if (!chosen.kinds.contains(kind) || !step.possible.contains(kind)) continue;
          planned.push_back({kind, number});
          tried_.insert(&chosen);
        }
      }
    }
    return planned;
  }

  // The code has changed since the run was printed: that it passes would prove nothing.
  void complain_about_missing(const simulated_run& asked,
                              const std::vector<simulated_step>& steps) {
    for (const planned_fault& planned : asked.faults) {
      const auto number = static_cast<std::uint64_t>(planned.step);
      const bool is_taken = number >= 1 && number <= steps.size();
      if (is_taken && steps[number - 1].met == planned.kind) continue;
      done_.found = "the run " + asked.to_string() + " of MESSAGEBUS_SEED does not meet '" +
                    std::string(to_string(planned.kind)) + "' at step " +
                    std::to_string(planned.step) +
                    ": its steps are others now; unset MESSAGEBUS_SEED to look for a run that "
                    "fails\nthe steps are:\n" +
                    history_;
      return;
    }
  }

  // A test whose faults never happen would prove nothing.
  void complain_about(const chosen_faults& never) {
    std::string kinds;
    for (const fault kind : all_faults) {
      if (never.kinds.contains(kind)) kinds.append(" ").append(to_string(kind));
    }
    simulation undisturbed({.seed = what_.seed});
    failures_of(scenario_, undisturbed);
    done_.found = "none of these faults can happen at " + never.steps.to_string() + ":" + kinds +
                  "\nthe steps are:\n" + undisturbed.history();
  }

  std::vector<simulated_step> run(const simulated_run& run) {
    simulation simulation(run);
    const std::string failures = failures_of(scenario_, simulation);
    history_ = simulation.history();
    const simulated_run happened = simulation.as_it_happened();
    ++done_.runs;
    done_.faults += static_cast<std::int64_t>(happened.faults.size());
    if (!failures.empty()) {
      const std::string text = happened.to_string();
      done_.failed_run = happened;
      done_.found = "the simulated run " + text + " went wrong:\n" + failures + "its steps:\n" +
                    history_ + "run it again by " + command_of_this_test(text);
    }
    return simulation.steps();
  }

  const exploration& what_;
  const std::function<void(simulation&)>& scenario_;
  explored done_;
  std::string history_;  // of the last run
  std::set<const chosen_faults*> tried_;
};

}  // namespace

std::string step_choice::to_string() const {
  if (number_) return "step " + std::to_string(*number_);
  return name_ ? "the step '" + *name_ + "'" : "every step";
}

explored::operator ::testing::AssertionResult() const {
  if (!found) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << *found;
}

explored explore(const exploration& what, const std::function<void(simulation&)>& scenario) {
  return explorer(what, scenario).explore();
}

}  // namespace messagebus::testing
