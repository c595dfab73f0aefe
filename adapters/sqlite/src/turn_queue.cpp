#include "turn_queue.hpp"

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <utility>

namespace messagebus::sqlite::detail {
namespace {

timespec monotonic_after(std::chrono::nanoseconds wait) noexcept {
  timespec at{};
  clock_gettime(CLOCK_MONOTONIC, &at);
  constexpr long nanoseconds_a_second = 1'000'000'000;
  at.tv_sec += static_cast<time_t>(wait.count() / nanoseconds_a_second);
  at.tv_nsec += static_cast<long>(wait.count() % nanoseconds_a_second);
  if (at.tv_nsec >= nanoseconds_a_second) {
    at.tv_nsec -= nanoseconds_a_second;
    ++at.tv_sec;
  }
  return at;
}

}  // namespace

turn::turn(kind of_kind) noexcept : kind_(of_kind) {
  sem_init(&woken_, 0, 0);
}

turn::~turn() {
  sem_destroy(&woken_);
}

// To put a thread to sleep and wake it costs more than many turns take: a turn is first given about
// a commit's time to come, while other threads run. Who waits for longer has lost no more than
// that, the rule of competitive spinning (Karlin, Li, Manasse and Owicki, 1991). Each time that it
// lets others run, those who wait likewise come first, so with more of them it does so less often.
bool turn::comes_soon(std::chrono::nanoseconds wait_max) noexcept {
  constexpr std::chrono::nanoseconds commit_takes = std::chrono::microseconds(300);
  const auto deadline = std::chrono::steady_clock::now() + std::min(wait_max, commit_takes);
  for (std::size_t i = 0; i < yields_max_; ++i) {
    if (sem_trywait(&woken_) == 0) return true;
    if (std::chrono::steady_clock::now() >= deadline) return false;
    sched_yield();
  }
  return false;
}

bool turn::sleep(std::chrono::nanoseconds wait_max) noexcept {
  const timespec deadline = monotonic_after(wait_max);
  if (comes_soon(wait_max)) return true;
  while (sem_clockwait(&woken_, CLOCK_MONOTONIC, &deadline) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

void turn::sleep() noexcept {
  while (sem_wait(&woken_) != 0) continue;  // interrupted by a signal
}

void turn::wake() noexcept {
  sem_post(&woken_);
}

turn_queue::outcome turn_queue::wait(turn& own, std::chrono::milliseconds wait_max) {
  if (leads_at_once(own)) return outcome::leads;
  if (!own.sleep(wait_max)) {
    if (leave(own)) return outcome::timed_out;
    own.sleep();  // somebody was faster: it leads, or is run right now
  }
  return own.state_ == turn::state::leading ? outcome::leads : outcome::done;
}

bool turn_queue::leads_at_once(turn& own) {
  turn* leader = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (!is_taken_) {
      is_taken_ = true;
      return true;
    }
    (first_ == nullptr ? first_ : last_->next_) = &own;
    last_ = &own;
    count(own, 1);
    own.yields_max_ = std::min(turn::yields_most, turn::yields_of_all_max / waiting_);
    if (is_enough(awaited_)) leader = std::exchange(awaits_others_, nullptr);
  }
  if (leader != nullptr) leader->wake();
  return false;
}

// Nobody is run in a group that stands behind one who wants to be alone.
bool turn_queue::is_enough(std::size_t awaited) const noexcept {
  return waiting_ >= awaited || waiting_alone_ > 0;
}

void turn_queue::count(const turn& counted, int change) noexcept {
  waiting_ += static_cast<std::size_t>(change);
  if (counted.kind_ == turn::kind::alone) waiting_alone_ += static_cast<std::size_t>(change);
}

void turn_queue::await_others(turn& own, std::size_t others, std::chrono::nanoseconds wait_max) {
  {
    const std::lock_guard lock(mutex_);
    if (is_enough(others)) return;
    awaits_others_ = &own;
    awaited_ = others;
  }
  if (own.sleep(wait_max)) return;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(awaits_others_, nullptr) != nullptr) return;
  }
  own.sleep();  // somebody has just woken it
}

// False when the turn is not in the queue any more.
bool turn_queue::leave(turn& own) {
  const std::lock_guard lock(mutex_);
  if (own.state_ != turn::state::waiting) return false;
  turn* before = nullptr;
  for (turn* at = first_; at != &own; at = at->next_) before = at;
  (before == nullptr ? first_ : before->next_) = own.next_;
  if (last_ == &own) last_ = before;
  count(own, -1);
  return true;
}

void turn_queue::take_group(std::vector<turn*>& group, std::size_t count_max) {
  const std::lock_guard lock(mutex_);
  for (std::size_t taken = 0; taken < count_max; ++taken) {
    if (first_ == nullptr || first_->kind_ != turn::kind::in_group) return;
    first_->state_ = turn::state::taken;
    group.push_back(first_);
    pop_first();
  }
}

void turn_queue::finish(turn& taken) noexcept {
  taken.state_ = turn::state::done;
  taken.wake();
}

void turn_queue::hand_over() noexcept {
  turn* next = nullptr;
  {
    const std::lock_guard lock(mutex_);
    next = first_;
    if (next == nullptr) {
      is_taken_ = false;
      return;
    }
    pop_first();
    next->state_ = turn::state::leading;
  }
  next->wake();
}

void turn_queue::pop_first() noexcept {
  count(*first_, -1);
  first_ = first_->next_;
  if (first_ == nullptr) last_ = nullptr;
}

}  // namespace messagebus::sqlite::detail
