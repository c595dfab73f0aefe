#include "step_ledger.hpp"

#include <algorithm>
#include <iterator>

namespace messagebus::testing::detail {

fault step_ledger::take(std::string_view process, std::int64_t task, std::string_view name,
                        fault_set possible) {
  const std::lock_guard lock(mutex_);
  if (down_.contains(process)) return fault::crash;
  if (calms_ > 0) return fault::none;
  simulated_step& taken =
      steps_.emplace_back(simulated_step{std::string(process), task, std::string(name), possible});
  taken.met = choose(static_cast<std::int64_t>(steps_.size()), possible);
  if (taken.met == fault::crash) down_.emplace(process);
  return taken.met;
}

fault step_ledger::choose(std::int64_t number, fault_set possible) {
  const auto planned = std::ranges::find_if(run_.faults, [&](const planned_fault& known) {
    return known.step == number && possible.contains(known.kind);
  });
  if (planned != run_.faults.end()) return planned->kind;
  if (run_.faults_per_thousand == 0 || possible.empty()) return fault::none;
  if (chance_.below(1000) >= static_cast<std::uint64_t>(run_.faults_per_thousand)) {
    return fault::none;
  }
  std::vector<fault> kinds;
  std::ranges::copy_if(all_faults, std::back_inserter(kinds),
                       [&](fault kind) { return possible.contains(kind); });
  return kinds[chance_.below(kinds.size())];
}

bool step_ledger::is_down(std::string_view process) const {
  const std::lock_guard lock(mutex_);
  return down_.contains(process);
}

void step_ledger::take_down(std::string_view process) {
  const std::lock_guard lock(mutex_);
  down_.emplace(process);
}

void step_ledger::restart(std::string_view process) {
  const std::lock_guard lock(mutex_);
  const auto at = down_.find(process);
  if (at != down_.end()) down_.erase(at);
}

void step_ledger::begin_calm() {
  const std::lock_guard lock(mutex_);
  ++calms_;
}

void step_ledger::end_calm() {
  const std::lock_guard lock(mutex_);
  --calms_;
}

std::vector<simulated_step> step_ledger::steps() const {
  const std::lock_guard lock(mutex_);
  return steps_;
}

}  // namespace messagebus::testing::detail
