#include "abandoned_statements.hpp"

#include <libpq-fe.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "cancel_request.hpp"

namespace messagebus::postgresql::detail {
namespace {

constexpr std::size_t waiting_max = 256;
// At the end of the process; a server that cannot be reached may take minutes to be given up.
constexpr std::chrono::seconds ending_max{1};

// The connection is open meanwhile: a pooler knows by it whose statement is meant.
void cancel_and_close(pg_conn* connection) noexcept {
  try {
    // When it fails, the statement ends by itself, at the latest after statement_wait_max.
    static_cast<void>(request_cancel(connection));
  } catch (...) {  // NOLINT(bugprone-empty-catch): no memory for what libpq said
  }
  PQfinish(connection);
}

}  // namespace

struct abandoned_statements::queue {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<pg_conn*> waiting;
  bool is_running = false;
  bool is_cancelling = false;

  void run() noexcept {
    std::unique_lock lock(mutex);
    while (true) {
      changed.wait(lock, [this] { return !waiting.empty(); });
      pg_conn* const first = waiting.front();
      waiting.pop_front();
      is_cancelling = true;
      lock.unlock();
      cancel_and_close(first);
      lock.lock();
      is_cancelling = false;
      changed.notify_all();
    }
  }
};

abandoned_statements& abandoned_statements::instance() {
  static abandoned_statements all;
  return all;
}

// The queue is never destroyed: its thread waits for servers that may not answer, and the end of
// the process does not wait for it, nor for connections that are dropped later still.
abandoned_statements::abandoned_statements() : queue_(*new queue) {}

abandoned_statements::~abandoned_statements() {
  std::unique_lock lock(queue_.mutex);
  queue_.changed.wait_for(lock, ending_max,
                          [this] { return queue_.waiting.empty() && !queue_.is_cancelling; });
}

void abandoned_statements::end(pg_conn* connection) noexcept {
  try {
    const std::lock_guard lock(queue_.mutex);
    if (!queue_.is_running) {
      std::thread([&all = queue_] { all.run(); }).detach();
      queue_.is_running = true;
    }
    if (queue_.waiting.size() < waiting_max) {
      queue_.waiting.push_back(connection);
      queue_.changed.notify_all();
      return;
    }
  } catch (...) {  // no thread, no memory: it is closed, and nothing more
  }
  PQfinish(connection);
}

}  // namespace messagebus::postgresql::detail
