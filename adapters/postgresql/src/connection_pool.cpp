#include "connection_pool.hpp"

#include <algorithm>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/leased_connection.hpp>
#include <utility>

#include "growing_pause.hpp"

namespace messagebus::postgresql::detail {

using clock_type = std::chrono::steady_clock;

namespace {

// For so long what the server said last is taken for a sign of life.
constexpr std::chrono::milliseconds alive_without_a_look{1};

}  // namespace

leased_connection::leased_connection(std::shared_ptr<connection_pool> pool,
                                     std::unique_ptr<connection> lent) noexcept
    : pool_(std::move(pool)), lent_(std::move(lent)) {}

leased_connection::leased_connection(leased_connection&& other) noexcept = default;

leased_connection::~leased_connection() {
  if (lent_ != nullptr) pool_->give_back(std::move(lent_));
}

connection_pool::connection_pool(std::shared_ptr<const connection_settings> settings,
                                 socket_waiter& waiter)
    : settings_(std::move(settings)), waiter_(&waiter) {}

task<std::unique_ptr<connection>> connection_pool::take() {
  const auto deadline = clock_type::now() + settings_->options.connection_wait_max;
  while (true) {
    held_place place(*this);
    std::unique_ptr<connection> found = co_await take_in_line(deadline);
    place.hold();
    if (found == nullptr) {
      found = co_await connect(deadline);
    } else if (!co_await shows_life(*found)) {
      continue;
    }
    place.hand_over();
    co_return found;
  }
}

// An idle connection, or null with the right to make one.
task<std::unique_ptr<connection>> connection_pool::take_in_line(time_point deadline) {
  std::optional<waiting> place;
  {
    const std::lock_guard lock(mutex_);
    if (line_.empty() && places_taken_ < settings_->options.connections_max) {
      ++places_taken_;
      if (idle_.empty()) co_return nullptr;
      auto found = std::move(idle_.back());
      idle_.pop_back();
      co_return found;
    }
    line_.push_back(&place.emplace(*this));
    place->is_in_line = true;
  }
  socket_wait wait;
  wait.descriptor = place->woken.get();
  wait.deadline = deadline;
  // A waiter may report more than there was: what counts is whether a connection was given.
  do {
    co_await waiter_->until(wait);
  } while (wait.outcome == wait_outcome::ready && place->is_left_waiting());
  if (place->leave()) {
    throw error(errc::busy,
                settings_->location + ": all " +
                    std::to_string(settings_->options.connections_max) +
                    " connections were in use for connection_wait_max: end transactions sooner, or "
                    "raise connections_max",
                retry::may_help);
  }
  co_return place->take_given();
}

bool connection_pool::waiting::is_left_waiting() const noexcept {
  const std::lock_guard lock(pool_.mutex_);
  return is_in_line;
}

bool connection_pool::waiting::leave() noexcept {
  const std::lock_guard lock(pool_.mutex_);
  if (!is_in_line) return false;
  pool_.line_.erase(std::find(pool_.line_.begin(), pool_.line_.end(), this));
  is_in_line = false;
  return true;
}

connection_pool::waiting::~waiting() {
  if (!leave() && is_served) pool_.give_back(take_given());
}

std::unique_ptr<connection> connection_pool::waiting::take_given() noexcept {
  is_served = false;
  return std::move(given);
}

task<bool> connection_pool::shows_life(connection& idle) {
  const auto idle_for = clock_type::now() - idle.used_at();
  if (idle_for < alive_without_a_look && idle.is_usable()) co_return true;
  if (!idle.is_alive()) co_return false;
  if (idle_for < settings_->options.idle_check_after) co_return true;
  idle.queue("SELECT");
  std::optional<exchange_failure> failure;
  co_await idle.exchange(failure);
  co_return !failure.has_value();
}

task<std::unique_ptr<connection>> connection_pool::connect_outside() {
  return connect(clock_type::now() + settings_->options.connection_wait_max);
}

task<std::unique_ptr<connection>> connection_pool::connect(time_point deadline) {
  growing_pause pauses(settings_->options.reconnect_pause_first,
                       settings_->options.reconnect_pause_longest);
  while (true) {
    std::exception_ptr failed;
    bool may_help = false;
    try {
      co_return co_await connection::open(settings_, *waiter_);
    } catch (const error& reason) {
      may_help = reason.is_retryable();
      failed = std::current_exception();
    }
    if (!may_help || clock_type::now() >= deadline) std::rethrow_exception(failed);
    socket_wait wait;
    wait.deadline = std::min(clock_type::now() + pauses.next(), deadline);
    co_await waiter_->until(wait);
  }
}

void connection_pool::give_back(std::unique_ptr<connection> returned) noexcept {
  // In a transaction it would hold locks; the server rolls back when it is closed.
  if (returned != nullptr && !returned->is_idle()) returned.reset();
  const std::lock_guard lock(mutex_);
  if (!line_.empty()) {
    waiting* const first = line_.front();
    line_.pop_front();
    first->given = std::move(returned);
    first->is_in_line = false;
    first->is_served = true;
    first->woken.wake();
    return;
  }
  --places_taken_;
  if (returned != nullptr) idle_.push_back(std::move(returned));
}

connection_pool::held_place::~held_place() {
  if (is_held_) pool_.give_back(nullptr);
}

}  // namespace messagebus::postgresql::detail
