#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

namespace messagebus::bench {

/// A second thread that sleeps. glibc leaves out atomic instructions while a process has a single
/// thread; a service has several, so measure with one of these alive.
class idle_thread {
 public:
  idle_thread()
      : thread_{[this](const std::stop_token& stop) {
          std::unique_lock lock{mutex_};
          never_.wait(lock, stop, [] { return false; });
        }} {}

 private:
  std::mutex mutex_;
  std::condition_variable_any never_;
  std::jthread thread_;
};

}  // namespace messagebus::bench
