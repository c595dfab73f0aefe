#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <reading_club/adapters/postgresql/postgresql_club.hpp>
#include <stdexcept>
#include <string>

namespace reading_club {

/// The address of the server that ./dev test starts.
inline std::string postgresql_address() {
  const char* const given =
      std::getenv("MESSAGEBUS_TEST_POSTGRESQL");  // NOLINT(concurrency-mt-unsafe)
  if (given == nullptr) {
    throw std::runtime_error(
        "MESSAGEBUS_TEST_POSTGRESQL is not set: run the tests by ./dev test, which starts the "
        "server they need");
  }
  return given;
}

/// The club in a namespace that is new for each test, on the server that ./dev test starts.
class in_postgresql {
 public:
  ~in_postgresql() {
    messagebus::postgresql::database(address_, {.schema = schema_})
        .execute("drop schema " + schema_ + " cascade");
  }

  messagebus::unit_of_work<club>& unit_of_work() { return club_.unit_of_work(); }
  std::unique_ptr<messagebus::message_log> open_log() const { return club_.open_log(); }

 private:
  static std::string next_schema() {
    static std::atomic<int> made = 0;
    return "club_" + std::to_string(getpid()) + "_" + std::to_string(++made);
  }

  std::string address_ = postgresql_address();
  std::string schema_ = next_schema();
  postgresql_club club_{address_ + "?options=-csearch_path%3D" + schema_, {.schema = schema_}};
};

}  // namespace reading_club
