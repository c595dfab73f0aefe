#pragma once

#include <atomic>
#include <messagebus/async/wake_descriptor.hpp>
#include <stop_token>
#include <thread>

namespace messagebus::tool {

/// Turns Ctrl-C (SIGINT), SIGTERM, SIGHUP, and a reader of standard output that goes away, into a
/// request to stop. A second signal ends the process at once. Make one before any thread is
/// started; for the whole process.
class stop_signals {
 public:
  stop_signals();
  stop_signals(const stop_signals&) = delete;
  stop_signals& operator=(const stop_signals&) = delete;
  ~stop_signals();

  std::stop_token token() const noexcept { return source_.get_token(); }
  /// The signal that came, or 0.
  int signal() const noexcept { return signal_; }
  /// True when nobody reads standard output any more.
  bool is_output_gone() const noexcept { return is_output_gone_; }

 private:
  void watch();

  std::stop_source source_;
  std::atomic<int> signal_ = 0;
  std::atomic<bool> is_output_gone_ = false;
  int signals_ = -1;       // a signalfd
  wake_descriptor ended_;  // the watch is over
  std::thread watcher_;
};

}  // namespace messagebus::tool
