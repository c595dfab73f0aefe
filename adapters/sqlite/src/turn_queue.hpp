#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <span>
#include <vector>

#include "short_wait.hpp"
#include "sleeping_place.hpp"

namespace messagebus::sqlite::detail {

/// One caller's place in the queue for the writer of a database.
class turn {
 public:
  enum class kind {
    alone,     // wants the writer to itself, and gives it back later
    in_group,  // can be run by another caller, and committed together with others
  };

  explicit turn(kind of_kind) noexcept : kind_(of_kind) {}
  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;

 private:
  friend class turn_queue;

  // Roused is who was taken, and is soon told that it is done.
  enum class state { waiting, leading, taken, roused, done };

  bool has_come() const noexcept;

  const kind kind_;
  std::atomic<state> state_{state::waiting};
  turn* next_ = nullptr;
  // Where it sleeps, and which bit wakes it there, perhaps with others that have the same.
  sleeping_place* place_ = nullptr;
  sleeping_place::bits bit_ = 0;
  std::size_t yields_max_ = 0;
};

/// Whose turn it is to write: first come, first served. Who leads may take those who wait behind it
/// along, and hands the lead on to the next. Not bound to threads, since a transaction may be ended
/// on another one than it was begun on. Thread safety: many threads at once.
class turn_queue {
 public:
  enum class outcome { leads, done, timed_out };

  /// Waits until the turn has come (leads), or somebody else has run it (done).
  outcome wait(turn& own, std::chrono::milliseconds wait_max);

  /// Sleeps until so many others wait, or the time is up, which it may be already. For whoever
  /// leads.
  void await_others(std::size_t others, std::chrono::nanoseconds wait_max);
  /// Takes those out of the queue that stand at its head and can be run in a group, `count_max`
  /// more at the most. Each of them waits until `finish`. For whoever leads.
  void take_group(std::vector<turn*>& group, std::size_t count_max);
  /// Nobody else will be taken: who comes from now on sleeps elsewhere than those who were, and is
  /// not woken with them. For whoever leads.
  void close_group();
  /// Those that were taken will be done in about `end_takes`, and had better be awake by then:
  /// where it pays, one of them is woken, and wakes the others. For whoever leads.
  void rouse(std::span<turn* const> group, std::chrono::nanoseconds end_takes) noexcept;
  /// Wakes those that were taken, by one call of the system. They may be gone when this returns.
  void finish(std::span<turn* const> group) noexcept;

  /// The next one leads. For whoever leads.
  void hand_over() noexcept;

 private:
  bool leads_at_once(turn& own);
  bool sleep_until(std::chrono::steady_clock::time_point deadline, turn& own) noexcept;
  void enqueue(turn& own) noexcept;
  bool leave(turn& own);
  bool is_enough(std::size_t awaited) const noexcept;
  void count(const turn& counted, int change) noexcept;
  void pop_first() noexcept;

  std::mutex mutex_;
  turn* first_ = nullptr;
  turn* last_ = nullptr;
  std::size_t waiting_ = 0;
  std::size_t waiting_alone_ = 0;
  bool is_taken_ = false;
  std::size_t awaited_ = 0;
  std::atomic<bool> awaits_others_{false};
  short_wait short_wait_;
  sleeping_place leader_place_;
  std::array<sleeping_place, 2> places_;
  std::size_t open_place_ = 0;
  // Whoever is roused first turns it off, and wakes the others.
  std::atomic<bool> others_sleep_{false};
  unsigned next_bit_ = 0;
};

}  // namespace messagebus::sqlite::detail
