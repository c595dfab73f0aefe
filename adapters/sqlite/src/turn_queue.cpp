#include "turn_queue.hpp"

#include <algorithm>
#include <utility>

namespace messagebus::sqlite::detail {
namespace {

using clock = std::chrono::steady_clock;

constexpr auto no_deadline = clock::time_point::max();
constexpr std::size_t yields_of_all_max = 512;

}  // namespace

bool turn::has_come() const noexcept {
  const state now = state_.load(std::memory_order_acquire);
  return now == state::leading || now == state::done;
}

turn_queue::outcome turn_queue::wait(turn& own, std::chrono::milliseconds wait_max) {
  if (leads_at_once(own)) return outcome::leads;
  const auto deadline = clock::now() + wait_max;
  const auto has_come = [&own] { return own.has_come(); };
  if (!short_wait_.ends(own.yields_max_, has_come) && !sleep_until(deadline, own)) {
    if (leave(own)) return outcome::timed_out;
    sleep_until(no_deadline, own);  // somebody was faster: it leads, or is run right now
  }
  return own.state_ == turn::state::leading ? outcome::leads : outcome::done;
}

// False when the deadline came first. Who is roused waits for the end awake, as it comes soon.
bool turn_queue::sleep_until(clock::time_point deadline, turn& own) noexcept {
  const auto has_come = [&own] { return own.has_come(); };
  const auto is_roused = [&own] { return own.state_ == turn::state::roused; };
  const auto is_awake = [&] { return has_come() || is_roused(); };
  if (!own.place_->sleep_until(deadline, own.bit_, is_awake)) return false;
  if (!is_roused()) return true;
  if (others_sleep_.exchange(false)) own.place_->wake(sleeping_place::everybody);
  return short_wait_.ends(short_wait::yields_most, has_come) ||
         own.place_->sleep_until(deadline, own.bit_, has_come);
}

bool turn_queue::leads_at_once(turn& own) {
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(is_taken_, true)) return true;
    enqueue(own);
    if (!awaits_others_ || !is_enough(awaited_)) return false;
    awaits_others_ = false;
  }
  leader_place_.wake(sleeping_place::everybody);
  return false;
}

// Each time that it lets others run, those who wait likewise come first, so with more of them it
// does so less often.
void turn_queue::enqueue(turn& own) noexcept {
  (first_ == nullptr ? first_ : last_->next_) = &own;
  last_ = &own;
  count(own, 1);
  own.state_ = turn::state::waiting;
  own.place_ = &places_[open_place_];
  own.bit_ = sleeping_place::bits{1} << (next_bit_++ % sleeping_place::bits_count);
  own.yields_max_ = std::min(short_wait::yields_most, yields_of_all_max / waiting_);
}

// Nobody is run in a group that stands behind one who wants to be alone.
bool turn_queue::is_enough(std::size_t awaited) const noexcept {
  return waiting_ >= awaited || waiting_alone_ > 0;
}

void turn_queue::count(const turn& counted, int change) noexcept {
  waiting_ += static_cast<std::size_t>(change);
  if (counted.kind_ == turn::kind::alone) waiting_alone_ += static_cast<std::size_t>(change);
}

void turn_queue::await_others(std::size_t others, std::chrono::nanoseconds wait_max) {
  if (wait_max <= std::chrono::nanoseconds::zero()) return;
  const auto deadline = clock::now() + wait_max;
  {
    const std::lock_guard lock(mutex_);
    if (is_enough(others)) return;
    awaits_others_ = true;
    awaited_ = others;
  }
  const auto have_come = [this] { return !awaits_others_.load(std::memory_order_acquire); };
  if (short_wait_.ends(short_wait::yields_most, have_come)) return;
  if (leader_place_.sleep_until(deadline, sleeping_place::everybody, have_come)) return;
  const std::lock_guard lock(mutex_);
  awaits_others_ = false;
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
    group.push_back(first_);  // may throw, and has changed nothing then
    first_->state_ = turn::state::taken;
    pop_first();
  }
}

void turn_queue::close_group() {
  const std::lock_guard lock(mutex_);
  open_place_ = 1 - open_place_;
}

// Few are woken in no time, and many by one of them: the leader has the disk to wait for. On a slow
// disk, and among threads with work for whole time slices, it is better to sleep to the end.
void turn_queue::rouse(std::span<turn* const> group, std::chrono::nanoseconds end_takes) noexcept {
  constexpr std::size_t few = 8;
  if (group.size() < few || end_takes > short_wait::soon || !short_wait_.pays()) return;
  for (turn* const taken : group) taken->state_ = turn::state::roused;
  others_sleep_ = true;
  group.back()->place_->wake(group.back()->bit_);
}

// Who is told may be gone at once: where it sleeps is looked up before.
void turn_queue::finish(std::span<turn* const> group) noexcept {
  std::array<bool, 2> has_sleepers{};
  for (turn* const taken : group) {
    has_sleepers[taken->place_ == places_.data() ? 0 : 1] = true;
    taken->state_.store(turn::state::done, std::memory_order_release);
  }
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (has_sleepers[i]) places_[i].wake(sleeping_place::everybody);
  }
}

void turn_queue::hand_over() noexcept {
  sleeping_place* place = nullptr;
  sleeping_place::bits bit = 0;
  {
    const std::lock_guard lock(mutex_);
    turn* const next = first_;
    if (next == nullptr) {
      is_taken_ = false;
      return;
    }
    pop_first();
    place = next->place_;
    bit = next->bit_;
    next->state_.store(turn::state::leading, std::memory_order_release);
  }
  place->wake(bit);
}

void turn_queue::pop_first() noexcept {
  count(*first_, -1);
  first_ = first_->next_;
  if (first_ == nullptr) last_ = nullptr;
}

}  // namespace messagebus::sqlite::detail
