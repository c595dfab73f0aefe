#pragma once

#include <messagebus/memory/database.hpp>
#include <messagebus/testing/simulation.hpp>

namespace messagebus::testing {

/// Reads the log of a `simulated_database`. Steps: `read the log`, `find in the log`, `look for the
/// end of the log`, `wait for messages`.
class simulated_log final : public message_log {
 public:
  simulated_log(testing::simulation& simulation, const memory::database& durable)
      : simulation_(simulation), durable_(durable.log()) {}

  task<> read_page(const log_query& query, log_page& page) override;
  task<std::optional<recorded_message>> find(uuid message_id) override;
  task<position> last_position() override;
  /// Blocks a caller; a task gives way to others. A wake-up that is lost delays by a second.
  task<> wait_behind(position seen, std::stop_token stop) override;

 private:
  testing::simulation& simulation_;
  memory::log durable_;
};

}  // namespace messagebus::testing
