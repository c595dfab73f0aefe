#pragma once

#include <cstdint>
#include <messagebus/domain/id_source.hpp>
#include <messagebus/testing/seeded_random.hpp>
#include <mutex>

namespace messagebus::testing {

/// UUIDs of version 7 that follow from a seed: each is greater than the one before.
/// Thread safety: all of it.
class simulated_ids final : public id_source {
 public:
  explicit simulated_ids(std::uint64_t seed) noexcept : random_(seed, 3) {}

  uuid next(timestamp now) override;

 private:
  std::mutex mutex_;
  seeded_random random_;
  std::uint64_t last_order_ = 0;
};

}  // namespace messagebus::testing
