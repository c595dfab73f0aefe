#include <gtest/gtest.h>

#include <atomic>
#include <coroutine>
#include <memory>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/async/task.hpp>
#include <messagebus/domain/error.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace messagebus {
namespace {

task<int> plus_one(int value) {
  co_return value + 1;
}

task<std::string> fails(const char* what) {
  throw std::runtime_error(what);
  co_return "";
}

/// Something to wait for that somebody else ends.
class gate {
 public:
  gate() = default;
  gate(const gate&) = delete;
  gate& operator=(const gate&) = delete;

  // An awaiter of its own: GCC 12 copies one that a lambda holds by reference.
  auto opened() {
    struct awaiter {
      gate& closed;
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> waiter) const noexcept { closed.waiter_ = waiter; }
      void await_resume() const noexcept {}
    };
    return awaiter{*this};
  }

  bool is_awaited() const noexcept { return static_cast<bool>(waiter_); }
  void open() { std::exchange(waiter_, nullptr).resume(); }

 private:
  std::coroutine_handle<> waiter_;
};

/// Goes on on a thread of its own.
struct other_thread {
  bool await_ready() const noexcept { return false; }
  MESSAGEBUS_KEEP_OUT_OF_COROUTINE void await_suspend(std::coroutine_handle<> waiter) const {
    std::thread([waiter] { waiter.resume(); }).detach();
  }
  std::thread::id await_resume() const noexcept { return std::this_thread::get_id(); }
};

TEST(task, B11_runs_nothing_until_it_is_awaited) {
  bool has_run = false;
  const auto run = [&]() -> task<> {
    has_run = true;
    co_return;
  };
  { const task<> dropped = run(); }
  EXPECT_FALSE(has_run);
  sync_wait(run());
  EXPECT_TRUE(has_run);
}

// Compiled without optimisation, this is where symmetric transfer overflows the stack on GCC 12.
TEST(task, B11_a_million_awaits_that_never_wait_need_no_stack) {
  constexpr int awaits = 1'000'000;
  const auto count = []() -> task<int> {
    int counted = 0;
    for (int i = 0; i < awaits; ++i) counted = co_await plus_one(counted);
    co_return counted;
  };
  EXPECT_EQ(sync_wait(count()), awaits);
}

TEST(task, B11_a_hundred_thousand_awaits_that_wait_need_no_stack) {
  constexpr int awaits = 100'000;
  gate closed;
  const auto pass = [&]() -> task<> { co_await closed.opened(); };
  const auto count = [&]() -> task<int> {
    int counted = 0;
    while (counted < awaits) {
      co_await pass();
      ++counted;
    }
    co_return counted;
  };
  task<int> counting = count();
  bool has_ended =
      counting.start([](void* ended) noexcept { *static_cast<bool*>(ended) = true; }, &has_ended);
  while (closed.is_awaited()) closed.open();
  EXPECT_TRUE(has_ended);
  EXPECT_EQ(counting.take(), awaits);
}

TEST(task, B11_goes_on_on_the_thread_that_ended_the_wait_or_that_awaited_it) {
  const auto hop = []() -> task<std::thread::id> {
    const std::thread::id woken_on = co_await other_thread{};
    EXPECT_EQ(woken_on, std::this_thread::get_id());
    co_return woken_on;
  };
  const std::thread::id started_on = std::this_thread::get_id();
  const auto outer = [&]() -> task<std::thread::id> {
    const std::thread::id inner = co_await hop();
    const std::thread::id now = std::this_thread::get_id();
    EXPECT_TRUE(now == inner || now == started_on);
    co_return inner;
  };
  for (int i = 0; i < 100; ++i) EXPECT_NE(sync_wait(outer()), started_on);
}

TEST(task, B11_many_hops_between_threads_lose_nothing) {
  constexpr int hops = 500;
  const auto hop = [](int value) -> task<int> {
    co_await other_thread{};
    co_return value + 1;
  };
  const auto all = [&]() -> task<int> {
    int value = 0;
    for (int i = 0; i < hops; ++i) value = co_await plus_one(co_await hop(value)) - 1;
    co_return value;
  };
  EXPECT_EQ(sync_wait(all()), hops);
}

TEST(task, B6_an_error_goes_on_to_whoever_awaits) {
  EXPECT_THROW(sync_wait(fails("no")), std::runtime_error);
  const auto outer = []() -> task<std::string> {
    try {
      co_return co_await fails("inner");
    } catch (const std::runtime_error& error) {
      co_return error.what();
    }
  };
  EXPECT_EQ(sync_wait(outer()), "inner");
  const auto after_a_hop = []() -> task<> {
    co_await other_thread{};
    throw 42;  // NOLINT(hicpp-exception-baseclass): whatever is thrown arrives
  };
  EXPECT_THROW(sync_wait(after_a_hop()), int);
}

TEST(task, B11_takes_what_can_only_be_moved) {
  const auto make = []() -> task<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
  EXPECT_EQ(*sync_wait(make()), 7);
}

TEST(task, B11_an_empty_one_has_ended_and_has_no_result) {
  task<> empty;
  EXPECT_FALSE(empty);
  sync_wait(std::move(empty));
  EXPECT_THROW(sync_wait(task<int>()), usage_error);
}

TEST(task, B11_one_that_is_dropped_while_it_waits_destroys_what_it_holds) {
  gate closed;
  const auto held = std::make_shared<int>(1);
  const auto inner = [&closed](std::shared_ptr<int> holds) -> task<> {
    co_await closed.opened();
    *holds = 2;
  };
  const auto outer = [&inner](std::shared_ptr<int> holds) -> task<> {
    co_await inner(holds);
    *holds = 3;
  };
  bool has_ended = false;
  {
    task<> dropped = outer(held);
    EXPECT_FALSE(
        dropped.start([](void* ended) noexcept { *static_cast<bool*>(ended) = true; }, &has_ended));
    EXPECT_TRUE(closed.is_awaited());
    EXPECT_GT(held.use_count(), 1);
  }
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_EQ(*held, 1);
  EXPECT_FALSE(has_ended);
}

TEST(task, B11_assigning_drops_what_was_held) {
  const auto held = std::make_shared<int>(1);
  const auto hold = [](std::shared_ptr<int> holds) -> task<int> { co_return *holds; };
  task<int> assigned = hold(held);
  EXPECT_EQ(held.use_count(), 2);
  assigned = plus_one(1);
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_EQ(sync_wait(std::move(assigned)), 2);
}

TEST(task, B11_waiting_on_the_thread_of_an_event_loop_is_refused) {
  bool has_run = false;
  const auto run = [&]() -> task<> {
    has_run = true;
    co_return;
  };
  {
    const event_loop_scope loop;
    const event_loop_scope loop_within_it;
    try {
      sync_wait(run());
      FAIL() << "an event loop waited for itself";
    } catch (const usage_error& error) {
      EXPECT_NE(std::string(error.what()).find("event loop"), std::string::npos) << error.what();
    }
    std::thread([&] { sync_wait(run()); }).join();
  }
  EXPECT_TRUE(has_run);
  sync_wait(run());
}

TEST(task, B11_frames_are_given_back_on_other_threads_and_while_threads_end) {
  constexpr int threads_count = 8;
  std::vector<std::thread> threads;
  std::atomic<int> sum = 0;
  for (int t = 0; t < threads_count; ++t) {
    std::vector<task<int>> made;
    for (int i = 0; i < 300; ++i) made.push_back(plus_one(i));
    threads.emplace_back([&sum, made = std::move(made)]() mutable {
      for (task<int>& each : made) sum += sync_wait(std::move(each));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(sum, threads_count * 300 * 301 / 2);
}

}  // namespace
}  // namespace messagebus
