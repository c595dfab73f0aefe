#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <messagebus/async/task.hpp>
#include <messagebus/testing/seeded_random.hpp>
#include <messagebus/testing/simulated_clock.hpp>
#include <messagebus/testing/simulated_ids.hpp>
#include <messagebus/testing/simulated_run.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace messagebus::testing {

namespace detail {
class scheduler;
class step_ledger;
}  // namespace detail

/// Thrown by a step of a process that is down, where there is no task to leave lying. No
/// `std::exception`, so that it passes whoever handles those: after a crash nothing is handled.
struct simulated_crash {};

/// A step that was taken.
struct simulated_step {
  std::string process;
  /// Which of the tasks, from 1; zero for a caller.
  std::int64_t task = 0;
  std::string name;
  fault_set possible;
  fault met = fault::none;
};

/// A world on one seed: processes whose tasks take turns, a clock that moves when nobody else can,
/// ids, and steps at which faults happen. The parts that are made from it (`simulated_database`)
/// take a step wherever a real one may fail; a test's own parts call `step`.
///
/// Code runs in it in one of two ways. A *task*, given to `start`, takes turns with the others at
/// every asynchronous step, and is never heard of again after a crash of its process: not even its
/// destructors run, so what it held stays allocated until the program ends. Anything else is the
/// *caller*, a process whose steps follow each other and throw `simulated_crash` when one is the
/// last; the hooks of its open transaction then hear of a rollback that a real crash tells nobody.
///
/// Thread safety: `start` and `run` on one thread; steps of callers on many.
class simulation {
 public:
  static constexpr std::chrono::hours hang_duration{1};
  /// The process of whoever is no task.
  static constexpr std::string_view caller = "caller";

  explicit simulation(simulated_run run = {});
  simulation(const simulation&) = delete;
  simulation& operator=(const simulation&) = delete;
  ~simulation();

  const simulated_run& run_of() const noexcept { return run_; }
  simulated_clock& clock() noexcept { return clock_; }
  simulated_ids& ids() noexcept { return ids_; }
  /// For what a test draws itself. Thread safety: one thread at a time.
  seeded_random& random() noexcept { return random_; }

  /// A step at which one of `possible` may happen: throws for `busy`, `failure` and `crash`, and
  /// moves the clock for `hang`. Returns the fault only when it is one that the caller acts out,
  /// `lost_answer`, `late_commit` or `lost_wake_up`, otherwise none.
  fault step(std::string_view name, fault_set possible = faults_of_a_call);
  /// The same for coroutines. Another task may have its turn before.
  task<fault> async_step(std::string name, fault_set possible = faults_of_a_wait);

  /// Lets a task wait until the clock has moved on so far; for a caller the clock is moved.
  task<> sleep(std::chrono::microseconds duration);
  /// Lets a task wait until `condition`, which is asked between the turns of others. Give it
  /// a name before it is awaited: GCC 12 destroys twice what a lambda within `co_await` captures.
  /// Errors: `usage_error` for a caller when it does not hold.
  task<> until(std::function<bool()> condition);

  /// A task of `process`, made by `body()` when it has its first turn. `body` is kept as long as
  /// the task, so that it may be a lambda that captures.
  void start(std::string process, std::function<task<>()> body);
  /// Gives turns until every task has ended, is down, or waits for what does not come. Errors: the
  /// first that left a task; `usage_error` when the run takes more than `turns_max` turns.
  void run(std::int64_t turns_max = 1'000'000);

  bool is_down(std::string_view process) const;
  /// Takes a process down as a crash does, now.
  void take_down(std::string_view process);
  /// The process may take steps again: its tasks are gone, and new ones may be started.
  void restart(std::string_view process);

  /// Keeps an object for ever: how the objects of a process that is down are left, whose
  /// destructors a crash does not run either.
  static void abandon(std::shared_ptr<void> object);

  /// While one lives, steps meet no faults and are not counted: for preparing and for looking.
  class calm {
   public:
    explicit calm(simulation& simulation);
    calm(const calm&) = delete;
    calm& operator=(const calm&) = delete;
    ~calm();

   private:
    simulation& simulation_;
  };
  [[nodiscard]] calm without_faults() { return calm(*this); }

  /// The steps that were counted; number 1 is the first.
  std::vector<simulated_step> steps() const;
  /// The run with all faults that happened as planned ones: it does the same without any chance.
  simulated_run as_it_happened() const;
  /// The last steps, one a line, for people.
  std::string history(std::size_t steps_max = 40) const;

 private:
  simulated_run run_;
  simulated_clock clock_;
  simulated_ids ids_;
  seeded_random random_;
  std::unique_ptr<detail::step_ledger> ledger_;
  std::unique_ptr<detail::scheduler> scheduler_;
};

}  // namespace messagebus::testing
