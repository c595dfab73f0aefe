#pragma once

#include <messagebus/domain/timestamp.hpp>

namespace messagebus {

/// Port: where the time comes from, so that a test can set it.
/// Thread safety: `now` may be called by many threads at once.
class clock {
 public:
  clock() = default;
  clock(const clock&) = delete;
  clock& operator=(const clock&) = delete;
  virtual ~clock() = default;

  virtual timestamp now() = 0;
};

/// The time of the operating system, UTC.
class system_clock final : public clock {
 public:
  /// The one for the whole process; lives until the process ends.
  static system_clock& instance() noexcept;

  timestamp now() override;
};

}  // namespace messagebus
