#pragma once

#include <chrono>
#include <exception>
#include <messagebus/domain/error.hpp>
#include <messagebus/service/retry_options.hpp>

namespace messagebus::detail {

/// What comes after an attempt: decides, and does nothing itself.
class retry_course {
 public:
  explicit retry_course(const retry_options& options) noexcept : options_(&options) {}

  /// Whether another attempt is made after this error; when not, it is the caller's. Tells the
  /// `on_retry` of the options.
  bool goes_on_after(const std::exception_ptr& failed);

  /// Some commit's outcome is unknown: whether the message is in the log has to be asked before
  /// anything else, after each attempt.
  bool has_to_ask() const noexcept { return is_outcome_unknown_; }
  /// The attempt that ended last is the one of unknown outcome, so that its result may be needed.
  bool was_last_unknown() const noexcept { return was_last_unknown_; }

  /// Whether the next attempt may find out what asking the log did not: `not_asked` is why, or
  /// null.
  static bool may_go_on_unasked(const std::exception_ptr& not_asked);

  /// Throws what the caller hears at the end: the error of the last attempt, or, when some commit's
  /// outcome is unknown, that this is so: what the log does not have yet may arrive in a moment.
  [[noreturn]] void give_up(const std::exception_ptr& failed,
                            const std::exception_ptr& not_asked) const;

  /// How long to wait before the next attempt.
  std::chrono::microseconds pause();

 private:
  const retry_options* options_;
  int attempts_ = 0;
  bool is_outcome_unknown_ = false;
  bool was_last_unknown_ = false;
};

}  // namespace messagebus::detail
