#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <temporary_folder.hpp>

namespace messagebus::postgresql {

/// A pgbouncer of this test alone, in front of a server on loopback, which gives a connection to
/// each transaction anew.
class own_pooler {
 public:
  explicit own_pooler(std::uint16_t server_port);
  own_pooler(const own_pooler&) = delete;
  own_pooler& operator=(const own_pooler&) = delete;
  ~own_pooler();

  std::string address() const;

 private:
  tests::temporary_folder folder_;
  std::uint16_t port_;
  pid_t process_ = -1;
};

}  // namespace messagebus::postgresql
