#pragma once

#include <unistd.h>

#include <atomic>
#include <memory>
#include <reading_club/adapters/postgresql/postgresql_club.hpp>
#include <string>

#include "server_address.hpp"

namespace reading_club {

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

  std::string address_ = messagebus::tests::server_address();
  std::string schema_ = next_schema();
  postgresql_club club_{address_ + "?options=-csearch_path%3D" + schema_, {.schema = schema_}};
};

}  // namespace reading_club
