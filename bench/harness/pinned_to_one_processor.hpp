#pragma once

#include <sched.h>
#include <sys/types.h>

#include <initializer_list>
#include <utility>
#include <vector>

namespace messagebus::bench {

/// While it lives, the calling thread, the threads it starts and the processes `others` run on one
/// processor. For work between two threads or processes, where else the waking of an idle processor
/// would be measured. Errors: `std::system_error`, also for a process of another user.
class pinned_to_one_processor {
 public:
  explicit pinned_to_one_processor(std::initializer_list<pid_t> others = {});
  ~pinned_to_one_processor();
  pinned_to_one_processor(const pinned_to_one_processor&) = delete;
  pinned_to_one_processor& operator=(const pinned_to_one_processor&) = delete;

 private:
  void pin(pid_t process, const cpu_set_t& one);
  void let_go() noexcept;

  std::vector<std::pair<pid_t, cpu_set_t>> before_;
};

}  // namespace messagebus::bench
