// What an operation is made of may fail, or be dropped, at any point.

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
#include <stdexcept>
#include <string>
#include <thread>

#include "loop_threads.hpp"

namespace messagebus::asio {
namespace {

using namespace std::chrono_literals;

using signature = void(boost::system::error_code);

/// An operation that somebody else has written.
template <class Initiation>
auto operation_of(Initiation initiation) {
  return boost::asio::async_initiate<const use_task_t&, signature>(std::move(initiation), use_task);
}

/// Runs a task in a strand until its end; how it failed, in words.
std::string failure_of(task<> work) {
  boost::asio::io_context context;
  std::string told = "nothing was told";
  async_run(std::move(work), boost::asio::bind_executor(boost::asio::make_strand(context),
                                                        [&](const std::exception_ptr& failed) {
                                                          try {
                                                            if (failed)
                                                              std::rethrow_exception(failed);
                                                            told = "";
                                                          } catch (const std::exception& error) {
                                                            told = error.what();
                                                          }
                                                        }));
  context.run();
  return told;
}

TEST(failing_parts, B11_what_a_completion_handler_throws_leaves_the_loop) {
  boost::asio::io_context context;
  const auto strand = boost::asio::make_strand(context);
  const auto work = [&]() -> task<> {
    boost::asio::steady_timer timer(context, 1ms);
    co_await timer.async_wait(use_task);
  };
  const auto throws = [](const std::exception_ptr&) { throw std::runtime_error("no"); };
  async_run(work(), boost::asio::bind_executor(strand, throws));
  EXPECT_THROW(context.run(), std::runtime_error);
  context.restart();
  async_run(task<>(), boost::asio::bind_executor(strand, throws));
  EXPECT_THROW(context.run(), std::runtime_error);
}

TEST(failing_parts, B11_what_an_operation_throws_before_it_begins_is_its_error) {
  const auto throws = [](auto handler) {
    const auto kept = std::move(handler);
    throw std::runtime_error("no such operation");
  };
  const auto work = [&]() -> task<> { co_await operation_of(throws); };
  EXPECT_EQ(failure_of(work()), "no such operation");
}

TEST(failing_parts, B11_an_operation_that_drops_its_handler_at_once_has_failed) {
  const auto drops = [](auto handler) { const auto kept = std::move(handler); };
  const auto work = [&]() -> task<> { co_await operation_of(drops); };
  const std::string failure = failure_of(work());
  EXPECT_NE(failure.find("canceled"), std::string::npos) << failure;
}

TEST(failing_parts, B11_an_operation_that_ends_at_once_or_on_another_thread_goes_on) {
  loop_threads other;
  const auto at_once = [](auto handler) { std::move(handler)(boost::system::error_code()); };
  const auto elsewhere = [&](auto handler) {
    const auto kept = std::make_shared<decltype(handler)>(std::move(handler));
    boost::asio::post(other.executor(), [kept] { std::move (*kept)(boost::system::error_code()); });
    std::this_thread::sleep_for(1ms);
  };
  const auto work = [&]() -> task<> {
    for (int i = 0; i < 20; ++i) {
      co_await operation_of(at_once);
      co_await operation_of(elsewhere);
    }
  };
  EXPECT_EQ(failure_of(work()), "");
}

TEST(failing_parts, B11_an_operation_may_end_within_the_request_to_cancel_it) {
  boost::asio::io_context context;
  boost::asio::cancellation_signal signal;
  bool has_ended = false;
  const auto eager = [](auto handler) {
    auto slot = handler.get_cancellation_slot();
    const auto kept = std::make_shared<decltype(handler)>(std::move(handler));
    slot.assign([kept](boost::asio::cancellation_type) {
      std::move (*kept)(boost::asio::error::operation_aborted);
    });
  };
  const auto work = [&]() -> task<> { co_await operation_of(eager); };
  async_run(work(), boost::asio::bind_executor(
                        context.get_executor(),
                        boost::asio::bind_cancellation_slot(
                            signal.slot(), [&](const std::exception_ptr&) { has_ended = true; })));
  boost::asio::post(context, [&] { signal.emit(boost::asio::cancellation_type::terminal); });
  context.run_for(10s);
  EXPECT_TRUE(has_ended);
}

// To cancel takes the slot on the executor of the task, where the steps have to take it as well.
TEST(failing_parts, B11_the_steps_of_an_operation_are_taken_where_its_task_is_cancelled) {
  loop_threads loop(4);
  const auto strand = boost::asio::make_strand(loop.executor());
  const auto steps = [&](auto handler) {
    EXPECT_EQ(boost::asio::get_associated_executor(handler, loop.executor()),
              boost::asio::any_io_executor(strand));
    std::move(handler)(boost::system::error_code());
  };
  const auto work = [&]() -> task<> { co_await operation_of(steps); };
  async_run(work(), boost::asio::bind_executor(strand, boost::asio::use_future)).get();
}

TEST(failing_parts, B11_cancelling_an_operation_of_many_steps_on_another_executor) {
  loop_threads loop(4);
  for (int round = 0; round < 100; ++round) {
    const auto strand = boost::asio::make_strand(loop.executor());
    boost::asio::cancellation_signal signal;
    boost::asio::readable_pipe reading(loop.executor());
    boost::asio::writable_pipe writing(loop.executor());
    boost::asio::connect_pipe(reading, writing);
    const auto work = [&]() -> task<> {
      std::string read(1000, ' ');
      co_await boost::asio::async_read(reading, boost::asio::buffer(read), use_task);
    };
    std::promise<bool> has_failed;
    boost::asio::post(strand, [&] {
      async_run(work(), boost::asio::bind_executor(
                            strand, boost::asio::bind_cancellation_slot(
                                        signal.slot(), [&](const std::exception_ptr& failed) {
                                          has_failed.set_value(failed != nullptr);
                                        })));
    });
    std::jthread writer([&] {
      for (int i = 0; i < 50; ++i) boost::asio::write(writing, boost::asio::buffer("x", 1));
    });
    std::this_thread::sleep_for(std::chrono::microseconds(round));
    boost::asio::post(strand, [&] { signal.emit(boost::asio::cancellation_type::terminal); });
    EXPECT_TRUE(has_failed.get_future().get());
  }
}

}  // namespace
}  // namespace messagebus::asio
