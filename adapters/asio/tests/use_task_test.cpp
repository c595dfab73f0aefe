#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/connect_pipe.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/writable_pipe.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <memory>
#include <messagebus/asio/async_run.hpp>
#include <messagebus/asio/use_task.hpp>
#include <string>

#include "loop_threads.hpp"

namespace messagebus::asio {
namespace {

using namespace std::chrono_literals;

TEST(use_task, B11_awaits_a_timer_and_goes_on_on_the_executor_of_the_task) {
  // In this order: the thread of the timers is in the other loop for a moment longer than its task.
  loop_threads loop(2);
  loop_threads of_timers;
  auto strand = boost::asio::make_strand(loop.executor());
  const auto work = [&]() -> task<int> {
    boost::asio::steady_timer timer(of_timers.executor(), 1ms);
    int waits = 0;
    while (waits < 10) {
      timer.expires_after(std::chrono::microseconds(waits));
      co_await timer.async_wait(use_task);
      EXPECT_TRUE(runs_in(strand));
      ++waits;
    }
    co_return waits;
  };
  EXPECT_EQ(async_run(work(), boost::asio::bind_executor(strand, boost::asio::use_future)).get(),
            10);
}

TEST(use_task, B11_gives_what_the_operation_gives_and_throws_its_error) {
  loop_threads loop;
  const auto work = [&]() -> task<std::string> {
    boost::asio::readable_pipe reading(loop.executor());
    boost::asio::writable_pipe writing(loop.executor());
    boost::asio::connect_pipe(reading, writing);
    EXPECT_EQ(co_await boost::asio::async_write(writing, boost::asio::buffer("hello", 5), use_task),
              5);
    std::string read(5, ' ');
    EXPECT_EQ(co_await boost::asio::async_read(reading, boost::asio::buffer(read), use_task), 5);
    writing.close();
    co_await boost::asio::post(use_task);
    try {
      co_await boost::asio::async_read(reading, boost::asio::buffer(read), use_task);
    } catch (const boost::system::system_error& failed) {
      EXPECT_EQ(failed.code(), boost::asio::error::eof);
      co_return read;
    }
    co_return "";
  };
  EXPECT_EQ(
      async_run(work(), boost::asio::bind_executor(loop.executor(), boost::asio::use_future)).get(),
      "hello");
}

TEST(use_task, B11_whoever_cancels_the_task_cancels_the_operation) {
  boost::asio::io_context context;
  boost::asio::cancellation_signal signal;
  const auto work = [&]() -> task<> {
    boost::asio::steady_timer timer(context, 1h);
    co_await timer.async_wait(use_task);
  };
  std::exception_ptr error;
  async_run(work(), boost::asio::bind_executor(context.get_executor(),
                                               boost::asio::bind_cancellation_slot(
                                                   signal.slot(), [&](std::exception_ptr failed) {
                                                     error = std::move(failed);
                                                   })));
  context.poll();
  signal.emit(boost::asio::cancellation_type::terminal);
  context.restart();
  context.run();
  ASSERT_TRUE(error);
  EXPECT_THROW(std::rethrow_exception(error), boost::system::system_error);
}

TEST(use_task, B11_a_task_that_was_cancelled_waits_for_nothing_more) {
  boost::asio::io_context context;
  boost::asio::cancellation_signal signal;
  int refused = 0;
  const auto work = [&]() -> task<> {
    for (int wait = 0; wait < 2; ++wait) {
      boost::asio::steady_timer timer(context, 1h);
      try {
        co_await timer.async_wait(use_task);
      } catch (const boost::system::system_error& failed) {
        EXPECT_EQ(failed.code(), boost::asio::error::operation_aborted);
        ++refused;
      }
    }
  };
  async_run(work(),
            boost::asio::bind_executor(context.get_executor(),
                                       boost::asio::bind_cancellation_slot(
                                           signal.slot(), [](const std::exception_ptr&) {})));
  context.poll();
  signal.emit(boost::asio::cancellation_type::terminal);
  context.restart();
  context.run_for(10s);
  EXPECT_EQ(refused, 2);
}

TEST(use_task, B11_a_blocking_wait_is_refused) {
  boost::asio::io_context context;
  boost::asio::steady_timer timer(context, 1h);
  const auto work = [&]() -> task<> { co_await timer.async_wait(use_task); };
  EXPECT_THROW(sync_wait(work()), usage_error);
}

TEST(use_task, B11_a_loop_that_is_destroyed_destroys_what_waits_on_it) {
  const auto held = std::make_shared<int>(1);
  const auto work = [](boost::asio::io_context& on, std::shared_ptr<int> holds) -> task<> {
    boost::asio::steady_timer timer(on, 1h);
    co_await timer.async_wait(use_task);
    *holds = 2;
  };
  {
    boost::asio::io_context context;
    async_run(work(context, held),
              boost::asio::bind_executor(context.get_executor(), [](const std::exception_ptr&) {}));
    context.poll();
    EXPECT_GT(held.use_count(), 1);
  }
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace messagebus::asio
