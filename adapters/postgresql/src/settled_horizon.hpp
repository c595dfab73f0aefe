#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace messagebus::postgresql::detail {

/// A transaction that holds the lock on the table of messages that every writer takes before its
/// first position, and keeps until what it wrote is visible or gone.
struct lock_holder {
  /// As pg_locks names it. A prepared transaction may get another name than it had before, and does
  /// so when the server starts again.
  std::string transaction;
  bool is_prepared = false;

  bool operator==(const lock_holder&) const = default;
};

/// What one look at the server showed, in the order in which it has to be looked at: first the
/// newest position, then who holds the lock, then which positions are there.
struct observation {
  std::int64_t newest = 0;
  std::vector<lock_holder> holders;
  /// Positions above the horizon, growing, without the ones above some limit.
  std::vector<std::int64_t> positions;
};

/// How far the log can change no more (E5): decides from looks at one server, knows no clock.
///
/// A position is taken from a sequence by a transaction that holds the lock already. So when a look
/// shows a position P, every smaller one was taken by a transaction that is over, or that holds the
/// lock. Once all who held it at that time are over, what is still missing below P was rolled back.
class settled_horizon {
 public:
  /// Everything up to here is visible, or never will be.
  std::int64_t settled() const noexcept { return settled_; }
  /// The newest position that any look has shown.
  std::int64_t newest() const noexcept { return newest_; }
  /// Who may still fill the gap behind the horizon.
  std::span<const lock_holder> waited_for() const noexcept { return waited_for_; }

  void observe(const observation& seen);

  /// After the connection was lost: the next may lead to another server, or to this one after it
  /// has lost commits, where positions are given out again.
  void forget() noexcept { *this = settled_horizon(); }

 private:
  void end_waits(const std::vector<lock_holder>& holders);

  std::int64_t settled_ = 0;
  std::int64_t newest_ = 0;
  std::int64_t wait_covers_ = 0;  // settled once nobody is waited for
  std::vector<lock_holder> waited_for_;
  std::vector<lock_holder> prepared_before_;
};

}  // namespace messagebus::postgresql::detail
