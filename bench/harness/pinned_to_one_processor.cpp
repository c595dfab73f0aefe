#include "pinned_to_one_processor.hpp"

#include <cerrno>
#include <system_error>

namespace messagebus::bench {

pinned_to_one_processor::pinned_to_one_processor() {
  cpu_set_t one{};
  CPU_ZERO(&one);
  const int current = sched_getcpu();
  CPU_SET(static_cast<unsigned>(current), &one);
  if (current < 0 || sched_getaffinity(0, sizeof before_, &before_) != 0 ||
      sched_setaffinity(0, sizeof one, &one) != 0) {
    throw std::system_error{errno, std::system_category(), "cannot pin to one processor"};
  }
}

pinned_to_one_processor::~pinned_to_one_processor() {
  sched_setaffinity(0, sizeof before_, &before_);
}

}  // namespace messagebus::bench
