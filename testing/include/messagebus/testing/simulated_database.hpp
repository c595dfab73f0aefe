#pragma once

#include <memory>
#include <messagebus/memory/database.hpp>
#include <messagebus/ports/message_log.hpp>
#include <messagebus/testing/simulation.hpp>

namespace messagebus::testing {

/// A `memory::database` in a simulation: what was committed outlasts every crash, what was not is
/// gone, and each step may meet a fault. Repositories made for `memory::session` work on it as they
/// are. Lifetime: the simulation outlives it.
class simulated_database {
 public:
  explicit simulated_database(testing::simulation& simulation) : simulation_(simulation) {}

  testing::simulation& simulation() const noexcept { return simulation_; }
  /// What is durable, without faults: for looking.
  memory::database& durable() noexcept { return durable_; }

  std::unique_ptr<message_log> open_log() const;

 private:
  testing::simulation& simulation_;
  memory::database durable_;
};

}  // namespace messagebus::testing
