#include <messagebus/domain/clock.hpp>

namespace messagebus {

system_clock& system_clock::instance() noexcept {
  static system_clock the_clock;
  return the_clock;
}

timestamp system_clock::now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace messagebus
