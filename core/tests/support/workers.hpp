#pragma once

#include <condition_variable>
#include <coroutine>
#include <deque>
#include <messagebus/async/keep_out_of_coroutine.hpp>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace messagebus::library_test {

/// Threads that go on with whatever coroutine waits for them, like those of a database client.
class workers {
 public:
  explicit workers(int count) {
    for (int i = 0; i < count; ++i) {
      threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    }
  }

  /// Awaited: go on on one of the threads.
  auto hop() {
    struct awaiter {
      workers& on;
      bool await_ready() const noexcept { return false; }
      MESSAGEBUS_KEEP_OUT_OF_COROUTINE void await_suspend(std::coroutine_handle<> waiter) const {
        on.post(waiter);
      }
      void await_resume() const noexcept {}
    };
    return awaiter{*this};
  }

 private:
  void post(std::coroutine_handle<> waiter) {
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(waiter);
    }
    changed_.notify_one();
  }

  void work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
      const std::coroutine_handle<> next = waiting_.front();
      waiting_.pop_front();
      lock.unlock();
      next.resume();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::coroutine_handle<>> waiting_;
  std::vector<std::jthread> threads_;
};

}  // namespace messagebus::library_test
