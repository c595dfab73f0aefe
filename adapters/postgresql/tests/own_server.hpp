#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <messagebus/postgresql/options.hpp>
#include <string>
#include <temporary_folder.hpp>

namespace messagebus::postgresql {

/// For clients that go on over the crashes of a server.
inline database_options patient_options() {
  database_options options;
  options.connection_wait_max = std::chrono::seconds(30);
  options.reconnect_pause_longest = std::chrono::milliseconds(100);
  return options;
}

/// A server of this test alone, to be killed and started again.
class own_server {
 public:
  own_server() : own_server(nullptr) {}
  /// A hot standby: it follows `primary`, which outlives it, and can only be read.
  static own_server standby_of(const own_server& primary) { return own_server(&primary); }
  own_server(const own_server&) = delete;
  own_server& operator=(const own_server&) = delete;
  ~own_server();

  std::uint16_t port() const noexcept { return port_; }
  std::string address(const std::string& database = "postgres") const;
  /// Its files; data that a test puts on another disk goes beside them.
  const std::filesystem::path& folder() const noexcept { return folder_.path(); }
  void start();
  /// As by `kill -9`, with all its processes.
  void kill();

 private:
  explicit own_server(const own_server* primary);

  const own_server* primary_;
  tests::temporary_folder folder_;
  std::uint16_t port_;
  pid_t process_ = -1;
};

}  // namespace messagebus::postgresql
