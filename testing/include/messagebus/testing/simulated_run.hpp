#pragma once

#include <cstdint>
#include <messagebus/testing/fault.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace messagebus::testing {

struct planned_fault {
  fault kind = fault::none;
  /// The number of the step, from 1.
  std::int64_t step = 0;

  bool operator==(const planned_fault&) const = default;
};

/// All that a simulation depends on: the same run does the same again, byte by byte. Its text is
/// what a failing test prints, such as `7` or `7:crash@12,busy@20`.
struct simulated_run {
  /// Decides ids, times, which task goes on, and what happens by chance.
  std::uint64_t seed = 1;
  /// One whose step is never taken, or cannot meet it, does not happen: `as_it_happened` tells, and
  /// `explore` fails.
  std::vector<planned_fault> faults = {};
  /// How many of a thousand steps meet a fault by chance, beside those that are planned.
  int faults_per_thousand = 0;

  bool operator==(const simulated_run&) const = default;

  /// The seed and the planned faults.
  std::string to_string() const;
  /// Empty when the text is no run.
  static std::optional<simulated_run> parse(std::string_view text);
  /// The run that the environment variable MESSAGEBUS_SEED asks for; empty when it is not set.
  /// Errors: `usage_error` when it is set to what is no run.
  static std::optional<simulated_run> from_environment();
};

}  // namespace messagebus::testing
