#include <messagebus/asio/blocking_worker.hpp>
#include <messagebus/domain/error.hpp>

namespace messagebus::asio {

void blocking_worker::job::run() noexcept {
  has_run_ = true;
  try {
    if (stop.stop_requested()) {
      throw error(errc::cancelled,
                  "cancelled before it began: whoever started the operation asked to end it while "
                  "it waited for a thread of the worker");
    }
    call();
  } catch (...) {
    failed_ = std::current_exception();
  }
}

void blocking_worker::job::finish() {
  if (!has_run_) run();
  if (failed_) std::rethrow_exception(failed_);
}

blocking_worker::blocking_worker(worker_options options) : options_(std::move(options)) {
  if (options_.threads_count == 0) {
    throw usage_error(options_.name + ": threads_count is 1 or more");
  }
  threads_free_ = options_.threads_count;
  try {
    for (std::size_t i = 0; i < options_.threads_count; ++i) {
      threads_.emplace_back([this] { work(); });
    }
  } catch (...) {
    end();  // those that were made are waited for
    throw;
  }
}

blocking_worker::~blocking_worker() {
  end();
}

void blocking_worker::end() noexcept {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
}

void blocking_worker::add(job& added) {
  const std::lock_guard lock(mutex_);
  // Those for which a thread is free are about to be taken.
  if (waiting_.size() >= threads_free_ && waiting_.size() - threads_free_ >= options_.waiting_max) {
    throw error(errc::limit_exceeded,
                options_.name + ": " + std::to_string(options_.waiting_max) +
                    " works wait for a thread already: let fewer run at once, or raise "
                    "waiting_max in the options of the worker",
                retry::may_help);
  }
  waiting_.push_back(&added);
  // Before the lock is given up: the work may be done, and the worker gone, right after that.
  changed_.notify_one();
}

void blocking_worker::work() {
  while (job* const taken = next()) {
    // The job is gone as soon as its coroutine goes on.
    task_context& context = *taken->context;
    const std::coroutine_handle<> suspended = taken->suspended;
    taken->run();
    {
      // Before anybody hears of it, who may have more work at once.
      const std::lock_guard lock(mutex_);
      ++threads_free_;
    }
    context.resume(suspended);
  }
}

blocking_worker::job* blocking_worker::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !waiting_.empty() || is_ending_; });
  if (waiting_.empty()) return nullptr;
  --threads_free_;
  job* const first = waiting_.front();
  waiting_.pop_front();
  return first;
}

}  // namespace messagebus::asio
