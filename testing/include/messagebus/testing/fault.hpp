#pragma once

#include <array>
#include <initializer_list>
#include <string_view>

namespace messagebus::testing {

/// What can happen at a step of a simulation in place of what should.
enum class fault : unsigned char {
  none,
  /// The step fails with an error that running the unit of work again may help.
  busy,
  /// The step fails with an error that stays.
  failure,
  /// The step waits for an hour of simulated time, and then goes on.
  hang,
  /// The step is the last one of its process.
  crash,
  /// A commit is done, or is not, and its caller hears `commit_outcome_unknown_error` (T9).
  lost_answer,
  /// The same, and the commit is done later, while its caller goes on.
  late_commit,
  /// A waiting reader is not woken by the commit that it waits for.
  lost_wake_up,
};

inline constexpr std::array all_faults{fault::busy,        fault::failure,     fault::hang,
                                       fault::crash,       fault::lost_answer, fault::late_commit,
                                       fault::lost_wake_up};

constexpr std::string_view to_string(fault kind) noexcept {
  constexpr std::array<std::string_view, 8> names{
      "none", "busy", "failure", "hang", "crash", "lost_answer", "late_commit", "lost_wake_up"};
  return names[static_cast<unsigned>(kind)];
}

/// Some of the faults, such as those that can happen at one step.
class fault_set {
 public:
  constexpr fault_set() = default;
  constexpr fault_set(std::initializer_list<fault> kinds) noexcept {
    for (const fault kind : kinds) bits_ |= bit(kind);
  }

  static constexpr fault_set all() noexcept {
    fault_set every;
    for (const fault kind : all_faults) every.bits_ |= bit(kind);
    return every;
  }

  constexpr bool contains(fault kind) const noexcept { return (bits_ & bit(kind)) != 0; }
  constexpr bool empty() const noexcept { return bits_ == 0; }

 private:
  static constexpr unsigned bit(fault kind) noexcept { return 1U << static_cast<unsigned>(kind); }

  unsigned bits_ = 0;
};

/// What can happen to an ordinary function, and to one that waits.
// Constants, because GCC 12 cannot make them in the arguments of what is awaited.
inline constexpr fault_set faults_of_a_call{fault::busy, fault::failure, fault::crash};
inline constexpr fault_set faults_of_a_wait{fault::busy, fault::failure, fault::hang, fault::crash};

}  // namespace messagebus::testing
