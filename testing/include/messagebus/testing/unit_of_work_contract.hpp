#pragma once

#include <gtest/gtest.h>

#include <messagebus/testing/capabilities.hpp>
#include <messagebus/testing/print_messages.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace messagebus::testing {

/// What every unit of work keeps to:
/// `INSTANTIATE_TYPED_TEST_SUITE_P(my_database, unit_of_work_contract, my_fixture);`
template <adapter_fixture Fixture>
class unit_of_work_contract : public ::testing::Test {
 protected:
  texts logged() { return names_of(read_all(*database.open_log())); }

  /// The value of a counter as the next transaction sees it; -1 when there is none.
  std::int64_t value_of(const std::string& name) {
    return database.unit_of_work().transact([&](counting_transaction& transaction) {
      const counter* loaded = transaction->counters.load(name);
      const std::int64_t value = loaded == nullptr ? -1 : loaded->value;
      transaction.rollback();
      return value;
    });
  }

  counting execute(auto command) {
    return bus.execute(database.unit_of_work(), std::move(command));
  }

  /// Runs a unit of work again while the database asks for it.
  counting execute_with_retries(const count& command) {
    for (int tries = 0;; ++tries) {
      try {
        return execute(command);
      } catch (const error& failed) {
        if (!failed.is_retryable() || tries == 1000) throw;
      }
    }
  }

  Fixture database;
  counting_bus bus;
};

TYPED_TEST_SUITE_P(unit_of_work_contract);

TYPED_TEST_P(unit_of_work_contract, T5_keeps_state_and_messages_together) {
  EXPECT_EQ(this->execute(add_counter{"a"}), counting::done);
  EXPECT_EQ(this->execute(count{"a", 5}), counting::done);
  EXPECT_EQ(this->value_of("a"), 5);
  EXPECT_EQ(this->logged(), (texts{"add_counter", "counter_added", "count", "counted"}));
  this->database.reopen();
  if (!TypeParam::claims.survives_reopen) return;
  EXPECT_EQ(this->value_of("a"), 5);
  EXPECT_EQ(this->logged(), (texts{"add_counter", "counter_added", "count", "counted"}));
}

TYPED_TEST_P(unit_of_work_contract, R2_a_model_whose_add_failed_raises_nothing) {
  EXPECT_EQ(this->execute(add_counter{"a"}), counting::done);
  EXPECT_EQ(this->execute(add_counter{"a"}), counting::exists_already);
  EXPECT_EQ(this->execute(count{"b"}), counting::does_not_exist);
  EXPECT_EQ(this->logged(), (texts{"add_counter", "counter_added", "add_counter", "count"}));
}

TYPED_TEST_P(unit_of_work_contract, T3_an_error_in_a_handler_leaves_nothing) {
  this->execute(add_counter{"a"});
  EXPECT_THROW(this->bus.execute(this->database.unit_of_work(), count_and_fail{"a"}),
               counting_failure);
  EXPECT_EQ(this->value_of("a"), 0);
  EXPECT_EQ(this->logged(), (texts{"add_counter", "counter_added"}));
  EXPECT_EQ(this->execute(count{"a"}), counting::done);
  EXPECT_EQ(this->value_of("a"), 1);
}

TYPED_TEST_P(unit_of_work_contract, T2_a_scope_that_is_left_open_keeps_nothing) {
  EXPECT_THROW(this->database.unit_of_work().transact([&](counting_transaction& transaction) {
    this->bus.handle(add_counter{"a"}, transaction);
  }),
               transaction_error);
  EXPECT_EQ(this->value_of("a"), -1);
  EXPECT_TRUE(this->logged().empty());
}

TYPED_TEST_P(unit_of_work_contract, T4_commits_once) {
  auto transaction = this->database.unit_of_work().begin();
  this->bus.handle(add_counter{"a"}, transaction);
  transaction.commit();
  EXPECT_EQ(transaction.state(), transaction_state::committed);
  EXPECT_THROW(transaction.commit(), transaction_error);
  EXPECT_THROW(transaction.rollback(), transaction_error);
  transaction.close();
  EXPECT_THROW(transaction.close(), transaction_error);
  EXPECT_EQ(this->value_of("a"), 0);
}

TYPED_TEST_P(unit_of_work_contract, T6_a_detached_transaction_goes_on_until_it_is_closed) {
  this->execute(add_counter{"a"});
  std::optional<counting_transaction> streaming;
  this->database.unit_of_work().transact([&](counting_transaction& transaction) {
    this->bus.handle(count{"a", 7}, transaction);
    streaming.emplace(transaction.detach());
  });
  EXPECT_EQ(streaming->state(), transaction_state::streaming);
  EXPECT_EQ((*streaming)->counters.load("a")->value, 7);
  EXPECT_THROW(streaming->commit(), transaction_error);
  streaming->close();
  EXPECT_THROW(streaming->close(), transaction_error);
  EXPECT_EQ(this->value_of("a"), 0);
}

TYPED_TEST_P(unit_of_work_contract, T8_nothing_of_a_rollback_remains) {
  this->database.unit_of_work().transact([&](counting_transaction& transaction) {
    this->bus.handle(add_counter{"a"}, transaction);
    transaction.rollback();
  });
  EXPECT_EQ(this->value_of("a"), -1);
  EXPECT_EQ(this->execute(add_counter{"b"}), counting::done);
  EXPECT_EQ(this->logged(), (texts{"add_counter", "counter_added"}));
  EXPECT_EQ(read_all(*this->database.open_log()).at(1).template as<counter_added>(),
            counter_added{"b"});
}

TYPED_TEST_P(unit_of_work_contract, E6_a_command_that_is_handed_in_twice_acts_once) {
  if (!TypeParam::claims.refuses_duplicates) GTEST_SKIP() << "duplicates are not claimed refused";
  this->execute(add_counter{"a"});
  envelope<count> received{{}, count{"a", 3}};
  received.header.message_id = sample_message().message_id;
  this->bus.execute(this->database.unit_of_work(), received);
  EXPECT_THROW(this->bus.execute(this->database.unit_of_work(), received), error);
  EXPECT_EQ(this->value_of("a"), 3);
}

TYPED_TEST_P(unit_of_work_contract, B11_the_asynchronous_form_does_the_same) {
  auto& unit_of_work = this->database.unit_of_work();
  EXPECT_EQ(sync_wait(this->bus.async_execute(unit_of_work, add_counter{"a"})), counting::done);
  EXPECT_THROW(sync_wait(this->bus.async_execute(unit_of_work, count_and_fail{"a"})),
               counting_failure);
  EXPECT_EQ(sync_wait(this->bus.async_execute(unit_of_work, count{"a", 2})), counting::done);
  EXPECT_EQ(this->value_of("a"), 2);
  EXPECT_EQ(this->logged(), (texts{"add_counter", "counter_added", "count", "counted"}));
}

TYPED_TEST_P(unit_of_work_contract, B10_many_threads_lose_no_update) {
  if (!TypeParam::claims.has_concurrent_transactions) GTEST_SKIP() << "not claimed";
  constexpr int threads_count = 8;
  constexpr int counts_a_thread = 50;
  this->execute(add_counter{"shared"});
  std::vector<std::thread> threads;
  for (int t = 0; t < threads_count; ++t) {
    threads.emplace_back([&, t] {
      const std::string own = "own " + std::to_string(t);
      this->execute(add_counter{own});
      for (int i = 0; i < counts_a_thread; ++i) {
        EXPECT_EQ(this->execute_with_retries(count{"shared", 1}), counting::done);
        EXPECT_EQ(this->execute_with_retries(count{own, 1}), counting::done);
        if (i % 10 != 0) continue;
        EXPECT_THROW(this->bus.execute(this->database.unit_of_work(), count_and_fail{own}),
                     counting_failure);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(this->value_of("shared"), threads_count * counts_a_thread);
  EXPECT_EQ(this->value_of("own 3"), counts_a_thread);
  const std::size_t expected = 2 + threads_count * (2 + 2 * 2 * counts_a_thread);
  EXPECT_EQ(this->logged().size(), expected);
}

REGISTER_TYPED_TEST_SUITE_P(unit_of_work_contract, T5_keeps_state_and_messages_together,
                            R2_a_model_whose_add_failed_raises_nothing,
                            T3_an_error_in_a_handler_leaves_nothing,
                            T2_a_scope_that_is_left_open_keeps_nothing, T4_commits_once,
                            T6_a_detached_transaction_goes_on_until_it_is_closed,
                            T8_nothing_of_a_rollback_remains,
                            E6_a_command_that_is_handed_in_twice_acts_once,
                            B11_the_asynchronous_form_does_the_same,
                            B10_many_threads_lose_no_update);

}  // namespace messagebus::testing
