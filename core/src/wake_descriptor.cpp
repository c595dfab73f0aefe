#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <messagebus/async/wake_descriptor.hpp>
#include <system_error>

namespace messagebus {

wake_descriptor::wake_descriptor() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0) {
    throw std::system_error(errno, std::system_category(), "cannot make an eventfd to wait with");
  }
}

wake_descriptor::~wake_descriptor() {
  close(descriptor_);
}

void wake_descriptor::wake() const noexcept {
  const std::uint64_t one = 1;
  // It fails when it was woken 2^64 times, and is readable then.
  [[maybe_unused]] const auto written = write(descriptor_, &one, sizeof one);
}

void wake_descriptor::clear() const noexcept {
  std::uint64_t wakes = 0;
  // It fails when there was none.
  [[maybe_unused]] const auto taken = read(descriptor_, &wakes, sizeof wakes);
}

}  // namespace messagebus
