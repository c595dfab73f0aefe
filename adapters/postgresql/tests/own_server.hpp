#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace messagebus::postgresql {

/// A server of this test alone, to be killed and started again.
class own_server {
 public:
  own_server();
  own_server(const own_server&) = delete;
  own_server& operator=(const own_server&) = delete;
  ~own_server();

  std::string address() const;
  void start();
  /// As by `kill -9`, with all its processes.
  void kill();

 private:
  std::filesystem::path folder_;
  std::uint16_t port_;
  pid_t process_ = -1;
};

}  // namespace messagebus::postgresql
