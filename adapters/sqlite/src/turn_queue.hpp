#pragma once

#include <semaphore.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <vector>

namespace messagebus::sqlite::detail {

/// One caller's place in the queue for the writer of a database.
class turn {
 public:
  enum class kind {
    alone,     // wants the writer to itself, and gives it back later
    in_group,  // can be run by another caller, and committed together with others
  };

  explicit turn(kind of_kind) noexcept;
  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;
  ~turn();

 private:
  friend class turn_queue;

  enum class state { waiting, leading, taken, done };

  static constexpr std::size_t yields_most = 64;
  static constexpr std::size_t yields_of_all_max = 512;

  bool comes_soon(std::chrono::nanoseconds wait_max) noexcept;
  bool sleep(std::chrono::nanoseconds wait_max) noexcept;
  void sleep() noexcept;
  void wake() noexcept;

  const kind kind_;
  std::atomic<state> state_{state::waiting};
  turn* next_ = nullptr;
  std::size_t yields_max_ = yields_most;
  sem_t woken_;
};

/// Whose turn it is to write: first come, first served. Who leads may take those who wait behind it
/// along, and hands the lead on to the next. Not bound to threads, since a transaction may be ended
/// on another one than it was begun on. Thread safety: many threads at once.
class turn_queue {
 public:
  enum class outcome { leads, done, timed_out };

  /// Waits until the turn has come (leads), or somebody else has run it (done).
  outcome wait(turn& own, std::chrono::milliseconds wait_max);

  /// Sleeps until so many others wait, or the time is up. For whoever leads.
  void await_others(turn& own, std::size_t others, std::chrono::nanoseconds wait_max);
  /// Takes those out of the queue that stand at its head and can be run in a group, `count_max`
  /// more at the most. Each of them waits until `finish`. For whoever leads.
  void take_group(std::vector<turn*>& group, std::size_t count_max);
  /// Wakes one that was taken; it may be gone when this returns.
  static void finish(turn& taken) noexcept;

  /// The next one leads. For whoever leads.
  void hand_over() noexcept;

 private:
  bool leads_at_once(turn& own);
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
  turn* awaits_others_ = nullptr;
  std::size_t awaited_ = 0;
};

}  // namespace messagebus::sqlite::detail
