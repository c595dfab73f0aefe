#pragma once

#include <messagebus/domain/timestamp.hpp>
#include <messagebus/domain/uuid.hpp>

namespace messagebus {

/// Port: where the ids of messages come from, so that a test can foresee them.
/// Thread safety: `next` may be called by many threads at once.
class id_source {
 public:
  id_source() = default;
  id_source(const id_source&) = delete;
  id_source& operator=(const id_source&) = delete;
  virtual ~id_source() = default;

  /// An id that no other call got. `now` is the time of the message that it is for.
  virtual uuid next(timestamp now) = 0;
};

/// UUID version 7 (RFC 9562): 48 bits of Unix milliseconds, 12 bits of a fraction of the
/// millisecond, 62 bits of the operating system's random generator: all of them anew in each
/// millisecond and thread, and from then on counted on by a random number of 32 bits for each id
/// (methods 3 and 2 of section 6.2). Hard to guess, but no secret: do not grant access to whoever
/// knows one.
///
/// Each id is greater than all that this process made before, on whichever thread, also when the
/// clock goes back or many ids fall into one instant: time and fraction then count on from the last
/// id. A forked child never repeats an id of its parent.
/// Errors: `std::system_error` when the operating system gives no random bytes.
/// Blocking: only before the random generator of the system was seeded, early at boot.
class uuid7_source final : public id_source {
 public:
  /// The one for the whole process; lives until the process ends.
  static uuid7_source& instance() noexcept;

  uuid next(timestamp now) override;
};

/// An id for what the application makes, a model say: version 7, of this process's source and of
/// now. Errors and blocking: as `uuid7_source`.
uuid new_uuid();

}  // namespace messagebus
