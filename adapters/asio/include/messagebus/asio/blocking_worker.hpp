#pragma once

#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <deque>
#include <exception>
#include <messagebus/async/keep_out_of_coroutine.hpp>
#include <messagebus/async/task.hpp>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace messagebus::asio {

struct worker_options {
  /// What the errors call it, such as the name of the database.
  std::string name = "blocking_worker";
  /// So many works run at once, from 1. Several let SQLite commit them together (group commit):
  /// each waits for the disk, and the disk is waited for once.
  std::size_t threads_count = 8;
  /// So many works wait for a thread while none is free; one more is refused with
  /// `errc::limit_exceeded`, which may be tried again.
  std::size_t waiting_max = 1024;
};

/// Threads for work that blocks, with a bounded queue before them: how a coroutine on an event loop
/// uses a database that is no server, SQLite say, and is suspended meanwhile. Thread safety: any
/// number of threads. Lifetime: outlives the operations that use it; the event loops that these run
/// on outlive the worker.
class blocking_worker {
 public:
  /// Errors: `usage_error` without a thread; `std::system_error` when the system has no more
  /// threads.
  explicit blocking_worker(worker_options options = {});
  blocking_worker(const blocking_worker&) = delete;
  blocking_worker& operator=(const blocking_worker&) = delete;
  /// Ends when all that was taken on has been run. Blocking.
  ~blocking_worker();

  /// Runs `work()` on a thread of the worker and gives what it returns; the coroutine that awaits
  /// it goes on where it was. Outside of an asynchronous operation it is run by the caller. Errors:
  /// those of the work; `errc::limit_exceeded`, retryable, when `waiting_max` wait already;
  /// `errc::cancelled`, when that was asked before a thread was free. What has begun is not ended
  /// early.
  template <class Work>
  task<std::invoke_result_t<Work&>> run(Work work) {
    if constexpr (std::is_void_v<std::invoke_result_t<Work&>>) {
      taken_on<Work> taken(work);
      awaiting turn{*this, taken};
      co_await turn;
      taken.finish();
    } else {
      std::optional<std::invoke_result_t<Work&>> result;
      auto keep = [&] { result.emplace(work()); };
      taken_on<decltype(keep)> taken(keep);
      awaiting turn{*this, taken};
      co_await turn;
      taken.finish();
      co_return std::move(*result);
    }
  }

 private:
  // One work in the queue. It lives in the frame of the coroutine that waits for it.
  class job {
   public:
    virtual void call() = 0;
    void run() noexcept;
    /// Runs it now, if nobody has, and throws its error.
    void finish();

    std::coroutine_handle<> suspended;
    task_context* context = nullptr;
    std::stop_token stop;

   protected:
    ~job() = default;

   private:
    std::exception_ptr failed_;
    bool has_run_ = false;
  };

  template <class Work>
  class taken_on final : public job {
   public:
    explicit taken_on(Work& work) noexcept : work_(work) {}
    void call() override { work_(); }

   private:
    Work& work_;
  };

  struct awaiting {
    blocking_worker& by;
    job& of;

    bool await_ready() const noexcept { return false; }
    template <class Promise>
    MESSAGEBUS_KEEP_OUT_OF_COROUTINE bool await_suspend(
        std::coroutine_handle<Promise> waiter) const {
      of.context = waiter.promise().context();
      if (of.context == nullptr) return false;
      of.suspended = waiter;
      of.stop = waiter.promise().stop();
      by.add(of);
      return true;
    }
    void await_resume() const noexcept {}
  };

  void end() noexcept;
  void add(job& added);
  void work();
  job* next();

  worker_options options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t threads_free_ = 0;
  std::deque<job*> waiting_;
  bool is_ending_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace messagebus::asio
