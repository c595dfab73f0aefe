#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace messagebus::tests {

/// An address from the environment, where ./dev test puts those of the servers it starts.
inline std::string address_of(const char* variable) {
  const char* const address = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
  if (address == nullptr) {
    throw std::runtime_error(std::string(variable) +
                             " is not set: run the tests by ./dev test, which starts the servers "
                             "they need, or name a server of your own");
  }
  return address;
}

inline std::string server_address() {
  return address_of("MESSAGEBUS_TEST_POSTGRESQL");
}

}  // namespace messagebus::tests
