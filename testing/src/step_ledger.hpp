#pragma once

#include <messagebus/testing/simulation.hpp>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace messagebus::testing::detail {

/// Numbers the steps and says which of them meets a fault, and knows which processes are down.
/// Thread safety: all of it.
class step_ledger {
 public:
  explicit step_ledger(const simulated_run& run) : run_(run), chance_(run.seed, 2) {}

  /// The fault that this step of this process meets; of a process that is down it is a crash.
  fault take(std::string_view process, std::int64_t task, std::string_view name,
             fault_set possible);

  bool is_down(std::string_view process) const;
  void take_down(std::string_view process);
  void restart(std::string_view process);

  void begin_calm();
  void end_calm();

  std::vector<simulated_step> steps() const;

 private:
  fault choose(std::int64_t number, fault_set possible);

  const simulated_run& run_;
  mutable std::mutex mutex_;
  seeded_random chance_;
  std::vector<simulated_step> steps_;
  std::set<std::string, std::less<>> down_;
  int calms_ = 0;
};

}  // namespace messagebus::testing::detail
