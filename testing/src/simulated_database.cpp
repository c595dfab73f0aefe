#include <messagebus/testing/simulated_database.hpp>
#include <messagebus/testing/simulated_log.hpp>
#include <messagebus/testing/simulated_unit_of_work.hpp>

namespace messagebus::testing {

std::unique_ptr<message_log> simulated_database::open_log() const {
  return std::make_unique<simulated_log>(simulation_, durable_);
}

namespace detail {

unit_of_work_options in_simulation(simulation& simulation, unit_of_work_options options) {
  if (options.clock == nullptr) options.clock = &simulation.clock();
  if (options.ids == nullptr) options.ids = &simulation.ids();
  return options;
}

task<bool> ask_for_message(simulated_database& database, uuid message_id) {
  co_await database.simulation().async_step("ask for the message");
  auto log = database.durable().log();
  const auto found = co_await log.find(message_id);
  co_return found.has_value();
}

task<> pause_by_seed(simulation& simulation) {
  constexpr fault_set only_crash{fault::crash};
  co_await simulation.async_step("pause", only_crash);
  co_await simulation.sleep(std::chrono::microseconds(simulation.random().below(50'000)));
}

}  // namespace detail

}  // namespace messagebus::testing
