#pragma once

#include <chrono>
#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <messagebus/async/task.hpp>
#include <messagebus/testing/seeded_random.hpp>
#include <messagebus/testing/simulated_clock.hpp>
#include <optional>
#include <string>
#include <vector>

namespace messagebus::testing::detail {

class step_ledger;

/// A task that takes turns.
struct job {
  std::int64_t number = 0;
  std::string process;
  std::function<task<>()> body;
  task<> work = {};
  /// Where it goes on; null before its first turn.
  std::coroutine_handle<> suspended_at = nullptr;
  /// What it waits for; it may go on when both are empty.
  std::function<bool()> condition = {};
  std::optional<timestamp> due = {};
  bool has_begun = false;
  bool has_ended = false;
};

/// Gives turns to tasks on one thread; the seed says whose turn it is. Time passes when nobody can
/// go on.
class scheduler {
 public:
  scheduler(std::uint64_t seed, simulated_clock& clock, step_ledger& ledger)
      : random_(seed, 1), clock_(clock), ledger_(ledger) {}
  scheduler(const scheduler&) = delete;
  scheduler& operator=(const scheduler&) = delete;
  /// Tasks that still wait are left lying: what they refer to may be gone.
  ~scheduler();

  void start(std::string process, std::function<task<>()> body);
  void run(std::int64_t turns_max);

  /// The task whose turn it is on this thread, of whichever simulation; null for a caller.
  static job* current() noexcept;

  /// Suspends the current task until the scheduler lets it go on.
  struct turn {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) const noexcept {
      current()->suspended_at = waiter;
    }
    void await_resume() const noexcept {}
  };

  /// A little time, as any step takes.
  void let_time_pass();

 private:
  static void tell(void* ended) noexcept { static_cast<job*>(ended)->has_ended = true; }

  bool may_go_on(const job& waiting) const;
  job* next();
  bool pass_time_to_the_next_due();
  void give_turn(job& chosen);
  void settle(job& chosen);
  void bury_the_dead();

  seeded_random random_;
  simulated_clock& clock_;
  step_ledger& ledger_;
  std::vector<std::unique_ptr<job>> jobs_;
  std::int64_t started_ = 0;
  std::exception_ptr first_error_;
};

}  // namespace messagebus::testing::detail
