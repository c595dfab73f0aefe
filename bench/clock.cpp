// What measuring itself costs: reading the clock through the C++ library and through the C library.

#include <ctime>

#include "harness/harness.hpp"

namespace {

void read_with_chrono(std::size_t operations) {
  for (std::size_t i = 0; i < operations; ++i) {
    messagebus::bench::keep(std::chrono::steady_clock::now());
  }
}

void read_with_c(std::size_t operations) {
  for (std::size_t i = 0; i < operations; ++i) {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    messagebus::bench::keep(now);
  }
}

}  // namespace

int main(int argc, char** argv) {
  messagebus::bench::session session{"clock", argc, argv};
  session.compare({.name = "read", .operations = 1'000'000}, read_with_chrono, read_with_c);
}
