#pragma once

#include <cstdint>

namespace messagebus::testing {

/// Numbers that look random and follow from a seed, the same on every machine and with every
/// standard library: SplitMix64.
class seeded_random {
 public:
  /// Streams of one seed have nothing to do with each other.
  explicit seeded_random(std::uint64_t seed, std::uint64_t stream = 0) noexcept
      : state_(seed ^ (stream * 0xd1342543de82ef95ULL)) {
    next();
  }

  std::uint64_t next() noexcept {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
    return mixed ^ (mixed >> 31);
  }

  /// From 0 to `limit - 1`. Precondition: `limit` is 1 or more.
  std::uint64_t below(std::uint64_t limit) noexcept { return next() % limit; }

 private:
  std::uint64_t state_;
};

}  // namespace messagebus::testing
