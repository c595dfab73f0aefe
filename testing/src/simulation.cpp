#include <messagebus/domain/error.hpp>
#include <messagebus/testing/simulation.hpp>
#include <mutex>

#include "scheduler.hpp"
#include "step_ledger.hpp"

namespace messagebus::testing {
namespace {

fault take_step(detail::step_ledger& ledger, std::string_view name, fault_set possible) {
  const detail::job* const current = detail::scheduler::current();
  if (current == nullptr) return ledger.take(simulation::caller, 0, name, possible);
  return ledger.take(current->process, current->number, name, possible);
}

[[noreturn]] void throw_failed(std::string_view name, fault met) {
  const std::string what = "the simulation let the step '" + std::string(name) + "' fail";
  if (met == fault::busy) {
    throw error(errc::busy, what + ": running the unit of work again may help", retry::may_help);
  }
  throw error(errc::storage, what + " for good");
}

}  // namespace

simulation::simulation(simulated_run run)
    : run_(std::move(run)),
      ids_(run_.seed),
      random_(run_.seed, 4),
      ledger_(std::make_unique<detail::step_ledger>(run_)),
      scheduler_(std::make_unique<detail::scheduler>(run_.seed, clock_, *ledger_)) {}

simulation::~simulation() = default;

fault simulation::step(std::string_view name, fault_set possible) {
  const fault met = take_step(*ledger_, name, possible);
  if (met == fault::busy || met == fault::failure) throw_failed(name, met);
  if (met == fault::crash) throw simulated_crash();
  if (met != fault::hang) return met;
  clock_.advance(hang_duration);
  return fault::none;
}

task<fault> simulation::async_step(std::string name, fault_set possible) {
  if (detail::scheduler::current() == nullptr) co_return step(name, possible);
  co_await detail::scheduler::turn();
  scheduler_->let_time_pass();
  const fault met = take_step(*ledger_, name, possible);
  if (met == fault::busy || met == fault::failure) throw_failed(name, met);
  // The scheduler sees that the process is down, and nobody lets this go on.
  if (met == fault::crash) co_await detail::scheduler::turn();
  if (met != fault::hang) co_return met;
  co_await sleep(hang_duration);
  co_return fault::none;
}

task<> simulation::sleep(std::chrono::microseconds duration) {
  detail::job* const current = detail::scheduler::current();
  if (current == nullptr) {
    clock_.advance(duration);
    co_return;
  }
  current->due = clock_.current() + duration;
  co_await detail::scheduler::turn();
}

task<> simulation::until(std::function<bool()> condition) {
  detail::job* const current = detail::scheduler::current();
  if (current == nullptr) {
    if (condition()) co_return;
    throw usage_error(
        "a condition of the simulation does not hold, and whoever is no task of it cannot wait: "
        "give what waits to start()");
  }
  current->condition = std::move(condition);
  co_await detail::scheduler::turn();
}

void simulation::start(std::string process, std::function<task<>()> body) {
  scheduler_->start(std::move(process), std::move(body));
}

void simulation::run(std::int64_t turns_max) {
  scheduler_->run(turns_max);
}

bool simulation::is_down(std::string_view process) const {
  return ledger_->is_down(process);
}

void simulation::take_down(std::string_view process) {
  ledger_->take_down(process);
}

void simulation::restart(std::string_view process) {
  ledger_->restart(process);
}

void simulation::abandon(std::shared_ptr<void> object) {
  // Reachable to the end, and never destroyed: to a leak checker nothing is lost.
  static std::mutex mutex;
  static auto& abandoned = *new std::vector<std::shared_ptr<void>>();
  const std::lock_guard lock(mutex);
  abandoned.push_back(std::move(object));
}

simulation::calm::calm(simulation& simulation) : simulation_(simulation) {
  simulation_.ledger_->begin_calm();
}

simulation::calm::~calm() {
  simulation_.ledger_->end_calm();
}

std::vector<simulated_step> simulation::steps() const {
  return ledger_->steps();
}

simulated_run simulation::as_it_happened() const {
  simulated_run happened{.seed = run_.seed};
  std::int64_t number = 0;
  for (const simulated_step& taken : steps()) {
    ++number;
    if (taken.met != fault::none) happened.faults.push_back({taken.met, number});
  }
  return happened;
}

std::string simulation::history(std::size_t steps_max) const {
  const auto taken = steps();
  std::size_t number = taken.size() - std::min(taken.size(), steps_max);
  std::string text = number == 0 ? "" : "  …\n";
  for (; number < taken.size(); ++number) {
    const simulated_step& step = taken[number];
    text += "  " + std::to_string(number + 1) + "  " + step.process;
    if (step.task != 0) text += " " + std::to_string(step.task);
    text += ": " + step.name;
    if (step.met != fault::none) text.append("  ← ").append(to_string(step.met));
    text += '\n';
  }
  return text;
}

}  // namespace messagebus::testing
