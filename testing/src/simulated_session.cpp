#include <messagebus/domain/error.hpp>
#include <messagebus/testing/simulated_session.hpp>

namespace messagebus::testing {
namespace {

constexpr fault_set faults_of_commit{fault::busy,  fault::failure,     fault::hang,
                                     fault::crash, fault::lost_answer, fault::late_commit};
constexpr fault_set faults_when_committed{fault::hang, fault::crash, fault::lost_answer};
constexpr fault_set faults_of_rollback{fault::hang, fault::crash};

[[noreturn]] void throw_unknown() {
  throw commit_outcome_unknown_error(
      "the simulation lost the answer to a commit: look for the message in the log before doing it "
      "again");
}

}  // namespace

simulated_session::simulated_session(simulated_database& database)
    : simulation_(database.simulation()),
      table_steps_(simulation_),
      durable_(std::make_shared<memory::session>(database.durable(), nullptr, &table_steps_)),
      store_(simulation_, durable_->store()) {}

task<> simulated_session::commit() {
  const fault before = co_await simulation_.async_step("commit", faults_of_commit);
  if (before == fault::lost_answer) throw_unknown();
  if (before == fault::late_commit) commit_later();
  co_await durable_->commit();
  const fault after = co_await simulation_.async_step("committed", faults_when_committed);
  if (after == fault::lost_answer) throw_unknown();
}

// Takes its place among the turns of the others, in a process that does not go down with its
// caller.
void simulated_session::commit_later() {
  const std::chrono::microseconds delay(simulation_.random().below(100'000));
  simulation_.start("database", [&simulation = simulation_, late = durable_, delay]() -> task<> {
    co_await simulation.sleep(delay);
    try {
      co_await late->commit();
    } catch (const error&) {
      // It came too late, and was refused: that is an outcome as well.
    }
  });
  throw_unknown();
}

task<> simulated_session::rollback() {
  // A caller that crashed comes by here on its way out, and does nothing any more.
  if (!simulation_.is_down(simulation::caller)) {
    co_await simulation_.async_step("roll back", faults_of_rollback);
  }
  co_await durable_->rollback();
}

void simulated_session::table_steps::before(std::string_view operation, std::string_view table) {
  simulation_.step(std::string(operation).append(" ").append(table));
}

void simulated_session::store_steps::add(const recorded_message& message) {
  simulation_.step("add " + message.name + " to the log");
  store_.add(message);
}

}  // namespace messagebus::testing
