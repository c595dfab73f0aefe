#pragma once

#include <sched.h>

namespace messagebus::bench {

/// While it lives, the calling thread, and the threads it starts, run on one processor. For work
/// between two threads or processes, where else the waking of an idle processor would be measured.
class pinned_to_one_processor {
 public:
  pinned_to_one_processor();
  ~pinned_to_one_processor();
  pinned_to_one_processor(const pinned_to_one_processor&) = delete;
  pinned_to_one_processor& operator=(const pinned_to_one_processor&) = delete;

 private:
  cpu_set_t before_{};
};

}  // namespace messagebus::bench
