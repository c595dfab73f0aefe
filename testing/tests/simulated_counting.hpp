#pragma once

#include <cstdint>
#include <map>
#include <messagebus/testing/counting.hpp>
#include <messagebus/testing/memory_counters.hpp>
#include <messagebus/testing/scenario.hpp>
#include <string>

namespace messagebus::testing {

/// One process that counts: what the tests of the simulator take down.
struct simulated_counting {
  explicit simulated_counting(simulated_database& database)
      : unit_of_work(database, {.on_error = {}, .retry = {.attempts_max = 3}}) {}

  simulated_unit_of_work<counting_ports, memory_counters> unit_of_work;
  counting_bus bus;
};

/// The value of a counter; -1 when there is none.
inline std::int64_t value_of(unit_of_work<counting_ports>& unit_of_work, const std::string& name) {
  return unit_of_work.transact([&](counting_transaction& transaction) {
    const counter* loaded = transaction->counters.load(name);
    const std::int64_t value = loaded == nullptr ? -1 : loaded->value;
    transaction.rollback();
    return value;
  });
}

/// What the log says that the counters are.
inline std::map<std::string, std::int64_t> values_by_log(message_log& log) {
  std::map<std::string, std::int64_t> values;
  for (const recorded_message& message : log.read({})) {
    if (message.is<counter_added>()) values[message.as<counter_added>().name] = 0;
    if (message.is<counted>()) values[message.as<counted>().name] = message.as<counted>().value;
  }
  return values;
}

/// The predicate of these tests.
inline void state_and_log_agree(simulated_counting& application, message_log& log) {
  for (const auto& [name, value] : values_by_log(log)) {
    EXPECT_EQ(value_of(application.unit_of_work, name), value) << name;
  }
}

}  // namespace messagebus::testing
