#include <gtest/gtest.h>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <messagebus/asio/async_run.hpp>
#include <messagebus/asio/run_loop.hpp>
#include <messagebus/domain/error.hpp>
#include <string>

namespace messagebus::asio {
namespace {

task<int> plus_one(int value) {
  co_return value + 1;
}

TEST(async_run, B11_never_calls_back_within_the_call) {
  boost::asio::io_context context;
  int result = 0;
  boost::asio::post(context, [&] {
    async_run(plus_one(6), boost::asio::bind_executor(
                               context.get_executor(),
                               [&](const std::exception_ptr&, int value) { result = value; }));
    EXPECT_EQ(result, 0);
  });
  context.run();
  EXPECT_EQ(result, 7);
}

TEST(async_run, B11_an_empty_task_has_ended) {
  boost::asio::io_context context;
  bool has_ended = false;
  async_run(task<>(), boost::asio::bind_executor(context.get_executor(),
                                                 [&](const std::exception_ptr& failed) {
                                                   EXPECT_FALSE(failed);
                                                   has_ended = true;
                                                 }));
  EXPECT_FALSE(has_ended);
  context.run();
  EXPECT_TRUE(has_ended);
}

TEST(async_run, B11_a_hundred_thousand_one_after_the_other_need_no_stack) {
  constexpr int runs = 100'000;
  boost::asio::io_context context;
  int counted = 0;
  boost::asio::co_spawn(
      context,
      [&]() -> boost::asio::awaitable<void> {
        while (counted < runs) {
          counted = co_await async_run(plus_one(counted), boost::asio::use_awaitable);
        }
      },
      boost::asio::detached);
  context.run();
  EXPECT_EQ(counted, runs);
}

TEST(async_run, B11_waiting_by_blocking_is_refused_within) {
  boost::asio::io_context context;
  const auto blocks = []() -> task<> {
    sync_wait(plus_one(1));
    co_return;
  };
  std::exception_ptr error;
  async_run(blocks(),
            boost::asio::bind_executor(context.get_executor(), [&](std::exception_ptr failed) {
              error = std::move(failed);
            }));
  context.run();
  ASSERT_TRUE(error);
  EXPECT_THROW(std::rethrow_exception(error), usage_error);
}

TEST(async_run, B11_waiting_by_blocking_is_refused_everywhere_on_a_loop_that_we_run) {
  boost::asio::io_context context;
  boost::asio::post(context, [] { EXPECT_THROW(sync_wait(plus_one(1)), usage_error); });
  EXPECT_EQ(run_loop(context), 1);
  EXPECT_EQ(sync_wait(plus_one(1)), 2);
}

}  // namespace
}  // namespace messagebus::asio
