#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <memory>
#include <messagebus/asio/async_run.hpp>
#include <messagebus/asio/socket_waiter.hpp>
#include <messagebus/async/wake_descriptor.hpp>
#include <messagebus/domain/error.hpp>
#include <string>
#include <vector>

#include "loop_threads.hpp"

namespace messagebus::asio {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// On the executor, with the result as a future.
template <class T, class Executor>
std::future<T> started(const Executor& executor, task<T> work) {
  return async_run(std::move(work), boost::asio::bind_executor(executor, boost::asio::use_future));
}

task<wait_outcome> wait_for(socket_waiter& waiter, socket_wait wait) {
  co_await waiter.until(wait);
  co_return wait.outcome;
}

TEST(asio_socket_waiter, B11_one_thread_waits_for_many_descriptors) {
  constexpr std::size_t waits = 50;
  loop_threads loop;
  socket_waiter waiter(loop.executor());
  std::vector<wake_descriptor> woken(waits);
  std::vector<std::future<wait_outcome>> outcomes;
  for (const wake_descriptor& each : woken) {
    outcomes.push_back(started(loop.executor(), wait_for(waiter, {.descriptor = each.get()})));
  }
  // Backwards: if the first blocked the thread, nobody would wake it.
  for (std::size_t i = waits; i-- > 0;) {
    EXPECT_EQ(outcomes[i].wait_for(0s), std::future_status::timeout);
    woken[i].wake();
    EXPECT_EQ(outcomes[i].get(), wait_outcome::ready);
  }
}

TEST(asio_socket_waiter, B11_a_deadline_ends_a_wait) {
  loop_threads loop;
  socket_waiter waiter(loop.executor());
  const wake_descriptor never;
  const auto deadline = steady_clock::now() + 5ms;
  EXPECT_EQ(
      started(loop.executor(), wait_for(waiter, {.descriptor = never.get(), .deadline = deadline}))
          .get(),
      wait_outcome::deadline_passed);
  EXPECT_GE(steady_clock::now(), deadline);
  EXPECT_EQ(started(loop.executor(), wait_for(waiter, {.deadline = deadline})).get(),
            wait_outcome::deadline_passed);
}

TEST(asio_socket_waiter, B11_a_stop_ends_a_wait) {
  loop_threads loop;
  socket_waiter waiter(loop.executor());
  const wake_descriptor never;
  for (const int descriptor : {never.get(), -1}) {
    std::stop_source source;
    auto outcome = started(
        loop.executor(), wait_for(waiter, {.descriptor = descriptor, .stop = source.get_token()}));
    EXPECT_EQ(outcome.wait_for(1ms), std::future_status::timeout);
    source.request_stop();
    EXPECT_EQ(outcome.get(), wait_outcome::stopped);
    // One that was requested before.
    EXPECT_EQ(started(loop.executor(),
                      wait_for(waiter, {.descriptor = descriptor, .stop = source.get_token()}))
                  .get(),
              wait_outcome::stopped);
  }
}

TEST(asio_socket_waiter, B11_a_socket_stays_open_and_its_owners) {
  loop_threads loop;
  socket_waiter waiter(loop.executor());
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  for (int i = 0; i < 100; ++i) {
    for (const auto wanted : {socket_readiness::writable, socket_readiness::readable_or_writable}) {
      EXPECT_EQ(
          started(loop.executor(), wait_for(waiter, {.descriptor = ends[0], .wanted = wanted}))
              .get(),
          wait_outcome::ready);
    }
    auto readable = started(loop.executor(), wait_for(waiter, {.descriptor = ends[0]}));
    ASSERT_EQ(::write(ends[1], "x", 1), 1);
    EXPECT_EQ(readable.get(), wait_outcome::ready);
    char byte = 0;
    ASSERT_EQ(::read(ends[0], &byte, 1), 1);
  }
  // What has failed is ready: using it tells the error.
  auto closed = started(loop.executor(), wait_for(waiter, {.descriptor = ends[0]}));
  ::close(ends[1]);
  EXPECT_EQ(closed.get(), wait_outcome::ready);
  EXPECT_EQ(::close(ends[0]), 0);
}

TEST(asio_socket_waiter, B11_a_thread_that_waits_by_itself_needs_no_loop) {
  boost::asio::io_context never_run;
  socket_waiter waiter(never_run.get_executor());
  const wake_descriptor woken;
  woken.wake();
  EXPECT_EQ(sync_wait(wait_for(waiter, {.descriptor = woken.get()})), wait_outcome::ready);
  const event_loop_scope loop;
  socket_wait wait{.descriptor = woken.get()};
  task<> outside_of_an_operation = waiter.until(wait);
  EXPECT_TRUE(outside_of_an_operation.start([](void*) noexcept {}, nullptr));
  EXPECT_THROW(outside_of_an_operation.take(), usage_error);
}

TEST(asio_socket_waiter, B11_goes_on_on_the_executor_of_whoever_started_it) {
  // In this order: the thread of the sockets is in the callers' loop for a moment longer than they.
  loop_threads of_callers(4);
  loop_threads of_sockets;
  socket_waiter waiter(of_sockets.executor());
  std::vector<std::future<void>> ended;
  for (int i = 0; i < 20; ++i) {
    auto strand = boost::asio::make_strand(of_callers.executor());
    const auto work = [](socket_waiter& by, auto on) -> task<> {
      for (int waits = 0; waits < 50; ++waits) {
        EXPECT_TRUE(runs_in(on));
        const wake_descriptor woken;
        woken.wake();
        co_await wait_for(by, {.descriptor = woken.get(), .deadline = steady_clock::now() + 10s});
      }
      EXPECT_TRUE(runs_in(on));
    };
    ended.push_back(started(strand, work(waiter, strand)));
  }
  for (auto& each : ended) each.get();
}

TEST(asio_socket_waiter, B10_many_threads_of_one_loop_lose_no_wait) {
  loop_threads loop(4);
  socket_waiter waiter(loop.executor());
  std::vector<std::future<int>> counts;
  for (int i = 0; i < 16; ++i) {
    const auto work = [](socket_waiter& by) -> task<int> {
      int counted = 0;
      while (counted < 200) {
        const wake_descriptor woken;
        std::stop_source source;
        socket_wait wait{.descriptor = woken.get(),
                         .wanted = socket_readiness::readable,
                         .deadline = steady_clock::now() + std::chrono::microseconds(counted),
                         .stop = source.get_token()};
        // All three at once, or nearly.
        std::thread racer([&] {
          woken.wake();
          source.request_stop();
        });
        co_await by.until(wait);
        racer.join();
        ++counted;
      }
      co_return counted;
    };
    counts.push_back(started(loop.executor(), work(waiter)));
  }
  for (auto& each : counts) EXPECT_EQ(each.get(), 200);
}

TEST(asio_socket_waiter, B11_says_ready_only_of_what_is_ready) {
  loop_threads loop(4);
  socket_waiter waiter(loop.executor());
  std::vector<std::future<int>> mistaken;
  for (int i = 0; i < 16; ++i) {
    // Numbers of descriptors, and what Asio keeps of them, are used again and again.
    const auto work = [](socket_waiter& by, bool is_woken) -> task<int> {
      int count = 0;
      for (int waits = 0; waits < 200; ++waits) {
        const wake_descriptor woken;
        if (is_woken) woken.wake();
        const auto deadline = steady_clock::now() + (is_woken ? 10s : 200us);
        const auto outcome =
            co_await wait_for(by, {.descriptor = woken.get(), .deadline = deadline});
        if ((outcome == wait_outcome::ready) != is_woken) ++count;
      }
      co_return count;
    };
    mistaken.push_back(started(loop.executor(), work(waiter, i % 2 == 0)));
  }
  for (auto& each : mistaken) EXPECT_EQ(each.get(), 0);
}

class cancelling : public ::testing::Test {
 protected:
  /// Starts a task, lets it come to its first wait, and cancels it.
  std::exception_ptr cancelled(task<> work) {
    boost::asio::io_context context;
    boost::asio::cancellation_signal signal;
    std::exception_ptr error;
    bool has_ended = false;
    context_ = &context;
    async_run(std::move(work),
              boost::asio::bind_executor(context.get_executor(),
                                         boost::asio::bind_cancellation_slot(
                                             signal.slot(), [&](std::exception_ptr failed) {
                                               error = std::move(failed);
                                               has_ended = true;
                                             })));
    context.poll();
    EXPECT_FALSE(has_ended);
    signal.emit(boost::asio::cancellation_type::terminal);
    EXPECT_FALSE(has_ended) << "the handler ran within the request";
    context.restart();
    context.run();
    EXPECT_TRUE(has_ended);
    return error;
  }

  auto executor() const { return context_->get_executor(); }

  boost::asio::io_context* context_ = nullptr;
};

TEST_F(cancelling, B11_ends_a_wait_with_an_error_that_says_so) {
  const auto work = [this]() -> task<> {
    socket_waiter waiter(executor());
    const wake_descriptor never;
    socket_wait wait{.descriptor = never.get()};
    co_await waiter.until(wait);
  };
  const std::exception_ptr failed = cancelled(work());
  ASSERT_TRUE(failed);
  try {
    std::rethrow_exception(failed);
  } catch (const error& known) {
    EXPECT_EQ(known.code(), errc::cancelled);
    EXPECT_FALSE(known.is_retryable());
    EXPECT_NE(std::string(known.what()).find("cancelled"), std::string::npos) << known.what();
  }
}

TEST_F(cancelling, B11_does_not_end_what_is_shielded) {
  bool has_gone_on = false;
  const auto work = [&]() -> task<> {
    socket_waiter waiter(executor());
    const auto inner = [](socket_waiter& by) -> task<> {
      socket_wait wait{.deadline = steady_clock::now() + 20ms};
      co_await by.until(wait);
      EXPECT_EQ(wait.outcome, wait_outcome::deadline_passed);
    };
    task<> ending = inner(waiter);
    ending.shield();
    co_await std::move(ending);
    has_gone_on = true;
  };
  EXPECT_FALSE(cancelled(work()));
  EXPECT_TRUE(has_gone_on);
}

TEST(asio_socket_waiter, B11_a_loop_that_is_destroyed_destroys_what_waits_on_it) {
  const auto held = std::make_shared<int>(1);
  bool was_called = false;
  const wake_descriptor never;
  const auto work = [&never](boost::asio::io_context& on, std::shared_ptr<int> holds) -> task<> {
    socket_waiter waiter(on.get_executor());
    socket_wait wait{.descriptor = never.get(),
                     .wanted = socket_readiness::readable,
                     .deadline = steady_clock::now() + 1h};
    co_await waiter.until(wait);
    *holds = 2;
  };
  {
    boost::asio::io_context context;
    const auto handler = [&was_called, held](const std::exception_ptr&) { was_called = true; };
    // One that waits, and one that was not begun.
    async_run(work(context, held), boost::asio::bind_executor(context.get_executor(), handler));
    context.poll();
    async_run(work(context, held), boost::asio::bind_executor(context.get_executor(), handler));
    EXPECT_GT(held.use_count(), 1);
  }
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_EQ(*held, 1);
  EXPECT_FALSE(was_called);
}

}  // namespace
}  // namespace messagebus::asio
