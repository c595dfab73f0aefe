#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <messagebus/asio/async_run.hpp>
#include <messagebus/asio/socket_waiter.hpp>
#include <messagebus/asio/use_task.hpp>
#include <messagebus/async/wake_descriptor.hpp>
#include <new>
#include <thread>
#include <utility>

namespace {

/// The allocation of this thread that fails, counted from here; 0: none.
constinit thread_local int fails_in = 0;

void* allocated(std::size_t alignment, std::size_t bytes) {
  const bool fails = fails_in > 0 && --fails_in == 0;
  const std::size_t whole = (bytes + alignment - 1) / alignment * alignment;
  void* const memory = fails ? nullptr : std::aligned_alloc(alignment, whole);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t bytes) {
  return allocated(alignof(std::max_align_t), bytes);
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocated(static_cast<std::size_t>(alignment), bytes);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*bytes*/) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*bytes*/, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}

namespace messagebus::asio {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

struct outcome {
  bool has_met_failure = false;
  bool is_told = false;
};

void expect_nothing_but_memory_missing(const std::exception_ptr& failed) {
  try {
    if (failed) std::rethrow_exception(failed);
  } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch): as it should be
  } catch (const std::exception& error) {
    ADD_FAILURE() << error.what();
  }
}

/// Lets the allocation of this number fail while an operation starts and runs. On a thread of its
/// own, since Asio keeps the memory of earlier operations for each.
template <class Work>
outcome run_with_failure(int number, Work work) {
  outcome seen;
  std::thread([&] {
    boost::asio::io_context context;
    boost::asio::cancellation_signal signal;
    socket_waiter waiter(context.get_executor());
    const auto handler = [&](const std::exception_ptr& failed) {
      seen.is_told = true;
      expect_nothing_but_memory_missing(failed);
    };
    auto bound = boost::asio::bind_executor(
        context.get_executor(), boost::asio::bind_cancellation_slot(signal.slot(), handler));
    fails_in = number;
    try {
      async_run(work(context, waiter), std::move(bound));
      context.run_for(10s);
    } catch (const std::bad_alloc&) {
      seen.is_told = true;
    }
    seen.has_met_failure = fails_in == 0;
    fails_in = 0;
  }).join();
  return seen;
}

/// Each of the allocations fails once.
template <class Work>
void expect_told_each_time(Work work) {
  int number = 0;
  outcome seen;
  do {
    seen = run_with_failure(++number, work);
    EXPECT_TRUE(seen.is_told) << "nobody heard that allocation " << number << " has failed";
  } while (seen.has_met_failure);
  EXPECT_GT(number, 3);
}

TEST(out_of_memory, B11_a_wait_for_a_socket_that_cannot_begin_is_told) {
  expect_told_each_time([](boost::asio::io_context&, socket_waiter& waiter) -> task<> {
    const wake_descriptor woken;
    woken.wake();
    socket_wait wait{.descriptor = woken.get(), .deadline = steady_clock::now() + 1h};
    try {
      co_await waiter.until(wait);
      co_return;
    } catch (const std::bad_alloc&) {
      fails_in = 0;
    }
    // Nothing of the first one is left: the descriptor can be watched again.
    co_await waiter.until(wait);
  });
}

TEST(out_of_memory, B11_an_operation_of_Asio_that_cannot_begin_is_told) {
  expect_told_each_time([](boost::asio::io_context& context, socket_waiter&) -> task<> {
    boost::asio::steady_timer timer(context, 1ms);
    co_await timer.async_wait(use_task);
  });
}

}  // namespace
}  // namespace messagebus::asio
