#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <messagebus/asio/run_loop.hpp>
#include <thread>
#include <vector>

namespace messagebus::asio {

/// An event loop that runs on threads of its own for as long as this lives.
class loop_threads {
 public:
  explicit loop_threads(int count = 1) {
    for (int i = 0; i < count; ++i) {
      threads_.emplace_back([this] { run_loop(context_); });
    }
  }
  loop_threads(const loop_threads&) = delete;
  loop_threads& operator=(const loop_threads&) = delete;
  /// Waits for all that runs.
  ~loop_threads() { guard_.reset(); }

  auto executor() { return context_.get_executor(); }

 private:
  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{
      context_.get_executor()};
  std::vector<std::jthread> threads_;
};

/// Whether this thread runs for the strand. Not inlined: Clang keeps the address of a thread-local
/// variable, which Asio looks into here, over a wait of the coroutine that asks.
template <class Strand>
[[gnu::noinline]] bool runs_in(const Strand& strand) {
  return strand.running_in_this_thread();
}

}  // namespace messagebus::asio
