#pragma once

#include <chrono>
#include <memory>
#include <messagebus/service/transaction_resources.hpp>
#include <messagebus/service/unit_of_work.hpp>
#include <messagebus/testing/simulated_session.hpp>
#include <utility>

namespace messagebus::testing {

namespace detail {

/// Those of the options, with the clock and the ids of the simulation where they name none.
unit_of_work_options in_simulation(simulation& simulation, unit_of_work_options options);
task<bool> ask_for_message(simulated_database& database, uuid message_id);
/// A pause as long as the seed says: what `execute` drew is by chance that no seed repeats.
task<> pause_by_seed(simulation& simulation);

}  // namespace detail

/// A unit of work on a `simulated_database`, with the repositories of a `memory::unit_of_work`. Its
/// first step is `begin`; others are `ask for the message` and `pause` between attempts. Lifetime:
/// the database outlives it.
template <class Ports, class... Repositories>
class simulated_unit_of_work final : public unit_of_work<Ports> {
 public:
  explicit simulated_unit_of_work(simulated_database& database, unit_of_work_options options = {})
      : unit_of_work<Ports>(detail::in_simulation(database.simulation(), std::move(options))),
        database_(database) {}

  task<bool> has_message(uuid message_id) override {
    return detail::ask_for_message(database_, message_id);
  }

  task<> pause(std::chrono::microseconds /*duration*/) override {
    return detail::pause_by_seed(database_.simulation());
  }

 private:
  using resources = session_with_repositories<Ports, simulated_session, Repositories...>;

  task<std::unique_ptr<transaction_resources_of<Ports>>> open() override {
    co_await database_.simulation().async_step("begin");
    co_return std::make_unique<resources>(database_);
  }

  simulated_database& database_;
};

}  // namespace messagebus::testing
