#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/library.hpp"

namespace messagebus::library_test {
namespace {

using texts = std::vector<std::string>;

class transaction_test : public ::testing::Test {
 protected:
  /// The message of the `transaction_error` that `call` throws.
  template <class Call>
  static std::string refusal(const Call& call) {
    try {
      call();
    } catch (const transaction_error& error) {
      return error.what();
    }
    return "nothing was refused";
  }

  probe told;
  texts reported;
  library_work work{told, {.on_error = [this](std::string_view where, const std::exception& error) {
                      reported.push_back(std::string(where) + ": " + error.what());
                    }}};
  messagebus::bus<library> bus;
};

TEST_F(transaction_test, options_out_of_their_range_are_refused_by_name) {
  const auto refuse = [&](const retry_options& retry, const std::string& name) {
    try {
      const library_work refused{told, {.retry = retry}};
      ADD_FAILURE() << name << " was accepted";
    } catch (const usage_error& error) {
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
    }
  };
  constexpr std::chrono::milliseconds before_now{-1};
  refuse({.attempts_max = 0}, "attempts_max");
  refuse({.pause_first = before_now}, "pause_first");
  refuse({.pause_longest = before_now}, "pause_longest");
}

TEST_F(transaction_test, T1_states_have_names) {
  EXPECT_EQ(to_string(transaction_state::running), "running");
  EXPECT_EQ(to_string(transaction_state::committed), "committed");
  EXPECT_EQ(to_string(transaction_state::rolledback), "rolledback");
  EXPECT_EQ(to_string(transaction_state::streaming), "streaming");
  EXPECT_EQ(to_string(transaction_state::closed), "closed");
}

TEST_F(transaction_test, T2_a_scope_left_open_is_an_error_and_keeps_nothing) {
  const std::string said = refusal([&] {
    work.transact(
        [&](library_transaction& transaction) { bus.handle(book_put{"Emma"}, transaction); });
  });
  EXPECT_NE(said.find("must be explicitly closed"), std::string::npos) << said;
  EXPECT_EQ(told.names(), texts{});
  EXPECT_EQ(told.rollbacks, 1);
  EXPECT_EQ(reported, texts{});
}

TEST_F(transaction_test, T2_a_scope_returns_what_its_body_returned) {
  EXPECT_EQ(work.transact([](library_transaction& transaction) {
    transaction.commit();
    return std::string("kept");
  }),
            "kept");
  EXPECT_EQ(sync_wait(work.async_transact([](library_transaction& transaction) -> task<int> {
              co_await transaction.async_commit();
              co_return 3;
            })),
            3);
}

TEST_F(transaction_test, T2_an_asynchronous_scope_left_open_is_the_same_error) {
  const std::string said = refusal([&] {
    sync_wait(
        work.async_transact([](library_transaction& /*transaction*/) -> task<> { co_return; }));
  });
  EXPECT_NE(said.find("must be explicitly closed"), std::string::npos) << said;
  EXPECT_EQ(told.rollbacks, 1);
}

TEST_F(transaction_test, T2_one_that_is_destroyed_open_rolls_back_and_tells_the_hook) {
  {
    auto left = work.begin();
    bus.handle(book_put{"Emma"}, left);
  }
  ASSERT_EQ(reported.size(), 1U);
  EXPECT_NE(reported[0].find("must be explicitly closed"), std::string::npos) << reported[0];
  EXPECT_EQ(told.rollbacks, 1);
  EXPECT_EQ(told.names(), texts{});
}

TEST_F(transaction_test, T3_an_error_rolls_back_and_goes_on_whatever_it_is) {
  EXPECT_THROW(work.transact([](library_transaction& /*transaction*/) { throw 42; }), int);
  EXPECT_THROW(sync_wait(work.async_transact([](library_transaction& /*transaction*/) -> task<> {
                 throw 42;
                 co_return;
               })),
               int);
  EXPECT_EQ(told.rollbacks, 2);
  // An error that unwinds a transaction without a scope needs no second report.
  EXPECT_THROW(
      {
        const auto unwound = work.begin();
        throw std::runtime_error("no");
      },
      std::runtime_error);
  EXPECT_EQ(told.rollbacks, 3);
  EXPECT_EQ(reported, texts{});
}

TEST_F(transaction_test, T3_a_rollback_that_fails_does_not_hide_the_error) {
  told.rollback_fails = true;
  EXPECT_THROW(work.transact([](library_transaction& /*transaction*/) {
    throw std::runtime_error("the reason");
  }),
               std::runtime_error);
  EXPECT_EQ(reported, texts{"rollback: the rollback failed"});
}

TEST_F(transaction_test, T3_an_error_after_the_commit_changes_nothing_of_it) {
  EXPECT_THROW(work.transact([&](library_transaction& transaction) {
    bus.handle(book_put{"Emma"}, transaction);
    transaction.commit();
    throw std::runtime_error("late");
  }),
               std::runtime_error);
  EXPECT_EQ(told.names(), texts{"book_put"});
  EXPECT_EQ(told.rollbacks, 0);
}

TEST_F(transaction_test, T4_an_error_names_the_state) {
  auto committed = work.begin();
  committed.commit();
  EXPECT_NE(refusal([&] { committed.commit(); }).find("the transaction is committed"),
            std::string::npos);
  EXPECT_NE(refusal([&] { committed.rollback(); }).find("the transaction is committed"),
            std::string::npos);
  auto rolled_back = work.begin();
  rolled_back.rollback();
  EXPECT_NE(refusal([&] { rolled_back.commit(); }).find("the transaction is rolledback"),
            std::string::npos);
  rolled_back.close();
  EXPECT_NE(refusal([&] { rolled_back.commit(); }).find("the transaction is closed"),
            std::string::npos);
}

TEST_F(transaction_test, R4_what_was_raised_and_nobody_would_handle_is_not_left_out_of_a_commit) {
  auto transaction = work.begin();
  bus.handle(book_put{"Emma"}, transaction);
  transaction->second.put("Persuasion").messages.add(book_put{"Persuasion"});
  EXPECT_NE(refusal([&] { transaction.commit(); }).find("<book_put title='Persuasion'>"),
            std::string::npos);
  EXPECT_THROW(transaction.commit(), transaction_error);
  transaction.rollback();
  EXPECT_EQ(told.names(), texts{});
}

TEST_F(transaction_test, R4_what_was_raised_and_dropped_is_in_no_commits_way) {
  work.transact([](library_transaction& transaction) {
    book& raiser = transaction->first.put("Emma");
    raiser.messages.add(book_put{"Emma"});
    raiser.messages.clear();
    transaction.commit();
  });
  EXPECT_EQ(told.commits, 1);
}

TEST_F(transaction_test, T4_a_commit_that_failed_was_the_only_one) {
  told.commit_fails = true;
  auto failed = work.begin();
  EXPECT_THROW(failed.commit(), error);
  EXPECT_EQ(failed.state(), transaction_state::rolledback);
  told.commit_fails = false;
  EXPECT_NE(refusal([&] { failed.commit(); }).find("rolledback"), std::string::npos);
  EXPECT_EQ(told.commits, 0);
}

TEST_F(transaction_test, T4_an_unknown_outcome_closes_it) {
  told.outcome_is_unknown = true;
  auto unknown = work.begin();
  EXPECT_THROW(unknown.commit(), commit_outcome_unknown_error);
  EXPECT_EQ(unknown.state(), transaction_state::closed);
  EXPECT_NE(refusal([&] { unknown.rollback(); }).find("closed"), std::string::npos);
}

TEST_F(transaction_test, T6_a_detached_one_goes_on_beyond_its_scope) {
  std::optional<library_transaction> streaming;
  work.transact([&](library_transaction& transaction) {
    bus.handle(book_put{"Emma"}, transaction);
    transaction.commit();
    streaming.emplace(transaction.detach());
  });
  EXPECT_EQ(streaming->state(), transaction_state::streaming);
  EXPECT_TRUE((*streaming)->first.seen().empty());
  EXPECT_NE(refusal([&] { streaming->commit(); }).find("streaming"), std::string::npos);
  EXPECT_NE(refusal([&] { bus.handle(book_put{"a"}, *streaming); }).find("streaming"),
            std::string::npos);
  streaming->close();
  EXPECT_NE(refusal([&] { streaming->close(); }).find("closed already"), std::string::npos);
  EXPECT_EQ(told.names(), texts{"book_put"});
  EXPECT_EQ(told.rollbacks, 0);
}

TEST_F(transaction_test, T6_a_detached_one_that_was_not_committed_rolls_back_when_closed) {
  auto running = work.begin();
  bus.handle(book_put{"Emma"}, running);
  auto streaming = running.detach();
  EXPECT_EQ(running.state(), transaction_state::streaming);
  EXPECT_NE(refusal([&] { running.close(); }).find("close the one that detach returned"),
            std::string::npos);
  EXPECT_THROW(static_cast<void>(running->first), transaction_error);
  streaming.close();
  EXPECT_EQ(told.rollbacks, 1);
  EXPECT_EQ(told.names(), texts{});
  EXPECT_EQ(reported, texts{});
}

TEST_F(transaction_test, T6_a_detached_one_may_be_moved_on) {
  auto running = work.begin();
  auto streaming = running.detach();
  auto elsewhere = std::move(streaming);
  EXPECT_EQ(elsewhere.state(), transaction_state::streaming);
  EXPECT_TRUE(elsewhere->first.seen().empty());
  elsewhere.close();
  EXPECT_EQ(told.rollbacks, 1);
}

TEST_F(transaction_test, T6_detaching_twice_is_refused) {
  auto running = work.begin();
  auto streaming = running.detach();
  EXPECT_NE(refusal([&] { static_cast<void>(running.detach()); }).find("streaming"),
            std::string::npos);
  EXPECT_NE(refusal([&] { static_cast<void>(streaming.detach()); }).find("streaming"),
            std::string::npos);
  streaming.close();
}

TEST_F(transaction_test, T6_a_detached_one_that_nobody_closes_tells_the_hook) {
  {
    auto running = work.begin();
    const auto forgotten = running.detach();
  }
  ASSERT_EQ(reported.size(), 1U);
  EXPECT_NE(reported[0].find("without close, and nothing was kept"), std::string::npos);
  EXPECT_EQ(told.rollbacks, 1);
}

TEST_F(transaction_test, T6_closing_a_running_one_is_refused) {
  auto running = work.begin();
  EXPECT_NE(refusal([&] { running.close(); }).find("must be explicitly closed"), std::string::npos);
  running.rollback();
}

TEST_F(transaction_test, T7_nothing_is_entered_that_does_not_run) {
  auto committed = work.begin();
  committed.commit();
  bool entered = false;
  const auto enter = [&](library_transaction& /*transaction*/) { entered = true; };
  EXPECT_NE(refusal([&] { committed.within(enter); }).find("cannot enter a scope"),
            std::string::npos);
  committed.close();
  EXPECT_NE(refusal([&] { committed.within(enter); }).find("closed"), std::string::npos);
  EXPECT_FALSE(entered);
}

TEST_F(transaction_test, T7_a_scope_ends_what_it_entered) {
  auto transaction = work.begin();
  transaction.within([](library_transaction& entered) { entered.commit(); });
  EXPECT_EQ(transaction.state(), transaction_state::closed);
  EXPECT_THROW(static_cast<void>(transaction->first), transaction_error);
}

TEST_F(transaction_test, T8_what_was_seen_and_raised_before_a_rollback_is_gone) {
  work.transact([&](library_transaction& transaction) {
    transaction->first.put("Emma").messages.add(book_put{"Emma"});
    bus.handle(book_lent{"Emma"}, transaction);
    transaction->second.put("late").messages.add(book_put{"late"});
    transaction.rollback();
  });
  work.transact([&](library_transaction& transaction) {
    EXPECT_TRUE(transaction->first.seen().empty());
    EXPECT_TRUE(transaction->second.seen().empty());
    bus.handle(book_lent{"Persuasion"}, transaction);
    transaction.commit();
  });
  ASSERT_EQ(told.names(), texts{"book_lent"});
  EXPECT_EQ(told.stored[0].as<book_lent>().title, "Persuasion");
}

TEST_F(transaction_test, B11_nothing_blocks_the_thread_of_an_event_loop) {
  const event_loop_scope loop;
  EXPECT_THROW(static_cast<void>(work.begin()), usage_error);
  EXPECT_THROW(bus.execute(work, book_put{"Emma"}), usage_error);
  EXPECT_THROW(static_cast<void>(work.pause(std::chrono::microseconds(1))), usage_error);
}

}  // namespace
}  // namespace messagebus::library_test
