#include "pinned_to_one_processor.hpp"

#include <cerrno>
#include <system_error>

namespace messagebus::bench {
namespace {

[[noreturn]] void fail() {
  throw std::system_error{errno, std::system_category(), "cannot pin to one processor"};
}

}  // namespace

pinned_to_one_processor::pinned_to_one_processor(std::initializer_list<pid_t> others) {
  const int current = sched_getcpu();
  if (current < 0) fail();
  cpu_set_t one{};
  CPU_ZERO(&one);
  CPU_SET(static_cast<unsigned>(current), &one);
  try {
    constexpr pid_t calling_thread = 0;
    pin(calling_thread, one);
    for (const pid_t other : others) pin(other, one);
  } catch (...) {
    let_go();
    throw;
  }
}

pinned_to_one_processor::~pinned_to_one_processor() {
  let_go();
}

void pinned_to_one_processor::pin(pid_t process, const cpu_set_t& one) {
  cpu_set_t before{};
  if (sched_getaffinity(process, sizeof before, &before) != 0) fail();
  before_.emplace_back(process, before);
  if (sched_setaffinity(process, sizeof one, &one) != 0) fail();
}

void pinned_to_one_processor::let_go() noexcept {
  for (const auto& [process, before] : before_) sched_setaffinity(process, sizeof before, &before);
}

}  // namespace messagebus::bench
