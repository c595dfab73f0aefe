// The simulated database does what every database does, as long as nothing happens to it.

#include <messagebus/testing/log_contract.hpp>
#include <messagebus/testing/memory_counters.hpp>
#include <messagebus/testing/simulated_unit_of_work.hpp>
#include <messagebus/testing/store_contract.hpp>
#include <messagebus/testing/unit_of_work_contract.hpp>

namespace messagebus::testing {
namespace {

class simulated_fixture {
 public:
  static constexpr capabilities claims{};

  auto& unit_of_work() { return unit_of_work_; }
  std::unique_ptr<message_log> open_log() { return database_.open_log(); }
  /// What was committed is what outlasts a crash.
  void reopen() {
    simulation_.take_down(simulation::caller);
    simulation_.restart(simulation::caller);
  }

 private:
  simulation simulation_;
  simulated_database database_{simulation_};
  simulated_unit_of_work<counting_ports, memory_counters> unit_of_work_{database_};
};

INSTANTIATE_TYPED_TEST_SUITE_P(simulated, store_contract, simulated_fixture);
INSTANTIATE_TYPED_TEST_SUITE_P(simulated, log_contract, simulated_fixture);
INSTANTIATE_TYPED_TEST_SUITE_P(simulated, unit_of_work_contract, simulated_fixture);

}  // namespace
}  // namespace messagebus::testing
