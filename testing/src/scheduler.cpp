#include "scheduler.hpp"

#include <algorithm>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/testing/simulation.hpp>

#include "step_ledger.hpp"

namespace messagebus::testing::detail {
namespace {

constinit thread_local job* job_of_this_thread = nullptr;

/// So that what `body` throws before there is a task is an error of the task, too.
task<> work_of(const std::function<task<>()>& body) {
  co_await body();
}

}  // namespace

job* scheduler::current() noexcept {
  return job_of_this_thread;
}

scheduler::~scheduler() {
  for (auto& left : jobs_) simulation::abandon(std::move(left));
}

void scheduler::start(std::string process, std::function<task<>()> body) {
  jobs_.push_back(std::make_unique<job>(job{++started_, std::move(process), std::move(body)}));
}

void scheduler::let_time_pass() {
  // Less than a millisecond, so that neighbours share one now and then, as ids have to bear.
  clock_.advance(std::chrono::microseconds(random_.below(800)));
}

void scheduler::run(std::int64_t turns_max) {
  if (current() != nullptr) {
    throw usage_error("run() of a simulation was called by one of its own tasks");
  }
  bury_the_dead();
  for (std::int64_t turns = 0;; ++turns) {
    job* const chosen = next();
    if (chosen == nullptr) {
      if (pass_time_to_the_next_due()) continue;
      break;
    }
    if (turns == turns_max) {
      throw usage_error("the simulation has not come to rest after " + std::to_string(turns_max) +
                        " turns: a task goes round for ever, or run() needs a higher turns_max");
    }
    give_turn(*chosen);
  }
  if (first_error_) std::rethrow_exception(std::exchange(first_error_, nullptr));
}

bool scheduler::may_go_on(const job& waiting) const {
  if (waiting.condition) return waiting.condition();
  return !waiting.due || *waiting.due <= clock_.current();
}

job* scheduler::next() {
  std::vector<job*> ready;
  for (const auto& waiting : jobs_) {
    if (may_go_on(*waiting)) ready.push_back(waiting.get());
  }
  return ready.empty() ? nullptr : ready[random_.below(ready.size())];
}

bool scheduler::pass_time_to_the_next_due() {
  std::optional<timestamp> earliest;
  for (const auto& waiting : jobs_) {
    if (waiting->due && (!earliest || *waiting->due < *earliest)) earliest = waiting->due;
  }
  if (!earliest) return false;
  clock_.advance(*earliest - clock_.current());
  return true;
}

void scheduler::give_turn(job& chosen) {
  chosen.condition = nullptr;
  chosen.due.reset();
  {
    // A blocking call in a task would wait for turns that nobody gives.
    const event_loop_scope no_blocking;
    job_of_this_thread = &chosen;
    if (chosen.has_begun) {
      chosen.suspended_at.resume();
    } else {
      chosen.has_begun = true;
      chosen.work = work_of(chosen.body);
      if (chosen.work.start(&tell, &chosen)) chosen.has_ended = true;
    }
    job_of_this_thread = nullptr;
  }
  settle(chosen);
}

void scheduler::settle(job& chosen) {
  if (ledger_.is_down(chosen.process)) return bury_the_dead();
  if (!chosen.has_ended) return;
  try {
    chosen.work.take();
  } catch (...) {
    if (!first_error_) first_error_ = std::current_exception();
  }
  std::erase_if(jobs_, [&](const auto& known) { return known.get() == &chosen; });
}

void scheduler::bury_the_dead() {
  for (auto& known : jobs_) {
    if (ledger_.is_down(known->process)) simulation::abandon(std::move(known));
  }
  std::erase(jobs_, nullptr);
}

}  // namespace messagebus::testing::detail
