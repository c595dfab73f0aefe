#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <fstream>
#include <future>
#include <limits>
#include <messagebus/asio/async_run.hpp>
#include <messagebus/asio/blocking_worker.hpp>
#include <messagebus/domain/error.hpp>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "loop_threads.hpp"

namespace messagebus::asio {
namespace {

// Errors are looked at on the thread that has thrown them: ThreadSanitizer does not see that the
// library of the compiler counts who holds one, and takes the end of the last for a race.
std::error_code code_of(const std::exception_ptr& failed) {
  try {
    std::rethrow_exception(failed);
  } catch (const error& known) {
    return known.code();
  }
}

class worker : public ::testing::Test {
 protected:
  template <class T>
  std::future<T> started(task<T> work) {
    return async_run(std::move(work),
                     boost::asio::bind_executor(loop.executor(), boost::asio::use_future));
  }

  loop_threads loop;
};

TEST_F(worker, B11_runs_what_blocks_on_another_thread_and_goes_on_where_it_was) {
  blocking_worker blocking;
  auto strand = boost::asio::make_strand(loop.executor());
  const auto work = [&]() -> task<std::string> {
    const auto ran_on = co_await blocking.run([] { return std::this_thread::get_id(); });
    EXPECT_NE(ran_on, std::this_thread::get_id());
    EXPECT_TRUE(runs_in(strand));
    co_await blocking.run([] { sync_wait([]() -> task<> { co_return; }()); });
    try {
      co_await blocking.run([] { throw std::runtime_error("no"); });
    } catch (const std::runtime_error& failed) {
      co_return failed.what();
    }
    co_return "";
  };
  EXPECT_EQ(async_run(work(), boost::asio::bind_executor(strand, boost::asio::use_future)).get(),
            "no");
}

TEST_F(worker, B11_a_caller_that_blocks_runs_it_itself) {
  blocking_worker blocking;
  EXPECT_EQ(sync_wait(blocking.run([] { return std::this_thread::get_id(); })),
            std::this_thread::get_id());
}

TEST_F(worker, B11_a_queue_that_is_full_refuses_and_says_which_limit_it_was) {
  std::promise<void> released;
  std::promise<void> begun;
  auto let_go = released.get_future().share();
  blocking_worker blocking({.name = "club.db", .threads_count = 1, .waiting_max = 2});
  auto first = started(blocking.run([&, let_go] {
    begun.set_value();
    let_go.wait();
  }));
  begun.get_future().wait();
  auto second = started(blocking.run([] { return 2; }));
  auto third = started(blocking.run([] { return 3; }));
  const auto fourth = [&]() -> task<std::string> {
    try {
      co_await blocking.run([] { return 4; });
    } catch (const error& refused) {
      EXPECT_EQ(refused.code(), errc::limit_exceeded);
      EXPECT_TRUE(refused.is_retryable());
      co_return refused.what();
    }
    co_return "a third work waits";
  };
  EXPECT_EQ(started(fourth()).get(),
            "club.db: 2 works wait for a thread already: let fewer run at once, or raise "
            "waiting_max in the options of the worker");
  released.set_value();
  first.get();
  EXPECT_EQ(second.get(), 2);
  EXPECT_EQ(third.get(), 3);
}

TEST_F(worker, B11_nothing_waits_where_nothing_may_and_a_free_thread_takes_it_at_once) {
  blocking_worker blocking({.name = "club.db", .threads_count = 1, .waiting_max = 0});
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(started(blocking.run([i] { return i; })).get(), i);
  }
}

TEST_F(worker, B11_what_is_cancelled_before_its_turn_is_not_begun) {
  std::promise<void> released;
  std::promise<void> begun;
  boost::asio::cancellation_signal signal;
  std::atomic<bool> has_run = false;
  std::promise<std::error_code> told;
  auto strand = boost::asio::make_strand(loop.executor());
  blocking_worker blocking({.threads_count = 1});
  auto first = started(blocking.run([&] {
    begun.set_value();
    released.get_future().wait();
  }));
  begun.get_future().wait();
  async_run(blocking.run([&] { has_run = true; }),
            boost::asio::bind_executor(strand, boost::asio::bind_cancellation_slot(
                                                   signal.slot(), [&](std::exception_ptr failed) {
                                                     told.set_value(code_of(failed));
                                                   })));
  boost::asio::post(strand, [&] { signal.emit(boost::asio::cancellation_type::total); });
  boost::asio::post(strand, boost::asio::use_future).get();
  released.set_value();
  first.get();
  EXPECT_EQ(told.get_future().get(), errc::cancelled);
  EXPECT_FALSE(has_run);
}

TEST_F(worker, B11_its_end_is_the_end_of_all_that_was_taken_on) {
  std::atomic<int> ran = 0;
  std::vector<std::future<void>> ended;
  {
    blocking_worker blocking({.threads_count = 3});
    for (int i = 0; i < 500; ++i) {
      ended.push_back(started(blocking.run([&ran, i] {
        // Most still wait for a thread when the end begins.
        if (i < 3) std::this_thread::sleep_for(std::chrono::milliseconds(50));
        ++ran;
      })));
    }
    boost::asio::post(loop.executor(), boost::asio::use_future).get();
  }
  for (auto& each : ended) each.get();
  EXPECT_EQ(ran, 500);
}

TEST_F(worker, B11_a_queue_without_a_limit_refuses_nothing) {
  blocking_worker blocking(
      {.threads_count = 1, .waiting_max = std::numeric_limits<std::size_t>::max()});
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(started(blocking.run([i] { return i; })).get(), i);
  }
}

TEST_F(worker, B11_refuses_to_be_without_threads) {
  EXPECT_THROW(blocking_worker({.threads_count = 0}), usage_error);
}

// So little memory that the stack of some thread does not fit into it any more.
void make_more_threads_than_there_is_memory_for() {
  constexpr rlim_t room = rlim_t{256} << 20U;
  std::ifstream statistics("/proc/self/statm");
  rlim_t pages = 0;
  statistics >> pages;
  const rlim_t bytes = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + room;
  const rlimit limit{.rlim_cur = bytes, .rlim_max = bytes};
  if (setrlimit(RLIMIT_AS, &limit) != 0) return;
  alarm(60);  // ends a worker that waits for its threads for ever
  try {
    const blocking_worker too_many({.threads_count = 10'000});
  } catch (const std::system_error&) {
    _exit(0);
  }
}

TEST(worker_without_memory, B11_threads_that_cannot_be_made_are_an_error) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers need more memory than the limit leaves";
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "sanitizers need more memory than the limit leaves";
#endif
#endif
  EXPECT_EXIT(make_more_threads_than_there_is_memory_for(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace messagebus::asio
