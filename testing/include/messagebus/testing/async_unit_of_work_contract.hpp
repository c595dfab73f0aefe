#pragma once

#include <gtest/gtest.h>

#include <concepts>
#include <functional>
#include <messagebus/testing/async_counting.hpp>
#include <messagebus/testing/capabilities.hpp>
#include <messagebus/testing/print_messages.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

namespace messagebus::testing {

/// What the asynchronous suite needs: an object that is made for each test, gives an empty
/// database, and runs a task to its end and gives its result, by `sync_wait` or on an event loop.
/// `run` may be called by several threads at once.
template <class Fixture>
concept async_adapter_fixture = std::default_initializable<Fixture> && requires(Fixture& fixture) {
  { Fixture::claims } -> std::convertible_to<capabilities>;
  {
    fixture.unit_of_work()
  } -> std::convertible_to<messagebus::unit_of_work<async_counting_ports>&>;
  { fixture.open_log() } -> std::convertible_to<std::unique_ptr<message_log>>;
  { fixture.run(task<int>()) } -> std::same_as<int>;
};

/// What every unit of work keeps to whose repositories and handlers are coroutines:
/// `INSTANTIATE_TYPED_TEST_SUITE_P(my_database, async_unit_of_work_contract, my_fixture);`
template <async_adapter_fixture Fixture>
class async_unit_of_work_contract : public ::testing::Test {
 protected:
  /// The names of the messages in the log.
  texts logged() { return names_of(read_all(*database.open_log())); }

  auto execute(auto command) {
    return database.run(bus.async_execute(database.unit_of_work(), std::move(command)));
  }

  auto transact(auto body) {
    // Its type erased: GCC 12 warns of the linkage of a frame that holds the lambda itself.
    using result = std::invoke_result_t<decltype(body)&, async_counting_transaction&>;
    const std::function<result(async_counting_transaction&)> erased(body);
    return database.run(database.unit_of_work().async_transact(erased));
  }

  /// The value of a counter as the next transaction sees it; -1 when there is none.
  std::int64_t value_of(const std::string& name) {
    return transact([&](async_counting_transaction& transaction) -> task<std::int64_t> {
      const counter* loaded = co_await transaction->counters.load(name);
      const std::int64_t value = loaded == nullptr ? -1 : loaded->value;
      co_await transaction.async_rollback();
      co_return value;
    });
  }

  Fixture database;
  async_counting_bus bus;
};

TYPED_TEST_SUITE_P(async_unit_of_work_contract);

TYPED_TEST_P(async_unit_of_work_contract, T5_keeps_state_and_messages_together) {
  EXPECT_EQ(this->execute(add_counter{"a"}), counting::done);
  EXPECT_EQ(this->execute(add_counter{"a"}), counting::exists_already);
  EXPECT_EQ(this->execute(count{"a", 5}), counting::done);
  EXPECT_EQ(this->value_of("a"), 5);
  EXPECT_EQ(this->logged(),
            (texts{"add_counter", "counter_added", "add_counter", "count", "counted"}));
}

TYPED_TEST_P(async_unit_of_work_contract, T3_an_error_in_a_handler_leaves_nothing) {
  this->execute(add_counter{"a"});
  EXPECT_THROW(this->execute(count_and_fail{"a"}), counting_failure);
  EXPECT_EQ(this->value_of("a"), 0);
  EXPECT_EQ(this->logged(), (texts{"add_counter", "counter_added"}));
  EXPECT_EQ(this->execute(count{"a"}), counting::done);
  EXPECT_EQ(this->value_of("a"), 1);
}

TYPED_TEST_P(async_unit_of_work_contract, T2_a_scope_that_is_left_open_keeps_nothing) {
  const add_counter adding{"a"};
  EXPECT_THROW(this->transact([&](async_counting_transaction& transaction) -> task<> {
    co_await this->bus.async_handle(adding, transaction);
  }),
               transaction_error);
  EXPECT_EQ(this->value_of("a"), -1);
  EXPECT_TRUE(this->logged().empty());
}

TYPED_TEST_P(async_unit_of_work_contract, T4_commits_once) {
  const add_counter adding{"a"};
  this->transact([&](async_counting_transaction& transaction) -> task<> {
    co_await this->bus.async_handle(adding, transaction);
    co_await transaction.async_commit();
    EXPECT_EQ(transaction.state(), transaction_state::committed);
    bool is_refused = false;
    try {
      co_await transaction.async_commit();
    } catch (const transaction_error&) {
      is_refused = true;
    }
    EXPECT_TRUE(is_refused);
  });
  EXPECT_EQ(this->value_of("a"), 0);
}

TYPED_TEST_P(async_unit_of_work_contract, T6_a_detached_transaction_goes_on_until_it_is_closed) {
  this->execute(add_counter{"a"});
  const count counting_seven{"a", 7};
  std::optional<async_counting_transaction> streaming;
  this->transact([&](async_counting_transaction& transaction) -> task<> {
    co_await this->bus.async_handle(counting_seven, transaction);
    streaming.emplace(transaction.detach());
  });
  EXPECT_EQ(streaming->state(), transaction_state::streaming);
  const auto stream = [&]() -> task<std::int64_t> {
    const counter* loaded = co_await (*streaming)->counters.load("a");
    const std::int64_t value = loaded->value;
    co_await streaming->async_close();
    co_return value;
  };
  EXPECT_EQ(this->database.run(stream()), 7);
  EXPECT_EQ(this->value_of("a"), 0);
}

TYPED_TEST_P(async_unit_of_work_contract, E6_a_command_that_is_handed_in_twice_acts_once) {
  if (!TypeParam::claims.refuses_duplicates) GTEST_SKIP() << "duplicates are not claimed refused";
  this->execute(add_counter{"a"});
  envelope<count> received{{}, count{"a", 3}};
  received.header.message_id = sample_message().message_id;
  this->execute(received);
  EXPECT_THROW(this->execute(received), error);
  EXPECT_EQ(this->value_of("a"), 3);
}

TYPED_TEST_P(async_unit_of_work_contract, B10_many_at_once_lose_no_update) {
  if (!TypeParam::claims.has_concurrent_transactions) GTEST_SKIP() << "not claimed";
  constexpr int threads_count = 8;
  constexpr int counts_a_thread = 25;
  std::vector<std::thread> threads;
  for (int t = 0; t < threads_count; ++t) {
    threads.emplace_back([&, t] {
      const std::string own = "own " + std::to_string(t);
      this->execute(add_counter{own});
      for (int i = 0; i < counts_a_thread; ++i) {
        EXPECT_EQ(this->execute(count{own, 1}), counting::done);
        if (i % 10 != 0) continue;
        EXPECT_THROW(this->execute(count_and_fail{own}), counting_failure);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int t = 0; t < threads_count; ++t) {
    EXPECT_EQ(this->value_of("own " + std::to_string(t)), counts_a_thread);
  }
  EXPECT_EQ(this->logged().size(), threads_count * (2 + 2 * counts_a_thread));
}

REGISTER_TYPED_TEST_SUITE_P(async_unit_of_work_contract, T5_keeps_state_and_messages_together,
                            T3_an_error_in_a_handler_leaves_nothing,
                            T2_a_scope_that_is_left_open_keeps_nothing, T4_commits_once,
                            T6_a_detached_transaction_goes_on_until_it_is_closed,
                            E6_a_command_that_is_handed_in_twice_acts_once,
                            B10_many_at_once_lose_no_update);

}  // namespace messagebus::testing
