#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/library.hpp"

namespace messagebus::library_test {
namespace {

using texts = std::vector<std::string>;

class listed_metrics final : public metrics {
 public:
  void transaction_started() noexcept override { counted.emplace_back("started"); }
  void transaction_failed() noexcept override { counted.emplace_back("failed"); }
  void transaction_closed(transaction_state status) noexcept override {
    counted.push_back("closed " + std::string(to_string(status)));
  }
  void message_processed(const message_type& type) noexcept override {
    counted.push_back("message " + std::string(type.name));
  }
  void command_processed(const message_type& type,
                         std::chrono::nanoseconds duration) noexcept override {
    counted.push_back("command " + std::string(type.name));
    longest = std::max(longest, duration);
  }

  texts counted;
  std::chrono::nanoseconds longest{0};
};

class counted_test : public ::testing::Test {
 protected:
  texts taken() { return std::exchange(counter.counted, {}); }

  probe told;
  listed_metrics counter;
  library_work work{told, {.metrics = &counter, .on_error = {}}};
  messagebus::bus<library> bus;
};

TEST_F(counted_test, O1_counts_each_message_and_each_command_that_was_handed_in) {
  bus.on([](const put_book& command, library_transaction& transaction) {
    book& added = transaction->first.put(command.title);
    added.messages.add(lend_book{command.title});
    added.messages.add(book_put{command.title});
    return 0;
  });
  bus.on([](const lend_book&, library_transaction&) { return ""; });
  bus.execute(work, put_book{"Emma"});
  EXPECT_EQ(taken(), (texts{"started", "message put_book", "message lend_book", "message book_put",
                            "command put_book", "closed committed"}));
  bus.execute(work, book_put{"Emma"});
  EXPECT_EQ(taken(), (texts{"started", "message book_put", "closed committed"}));
}

TEST_F(counted_test, O1_the_time_of_a_command_includes_what_it_set_off) {
  bus.on([](const put_book& command, library_transaction& transaction) {
    transaction->first.put(command.title).messages.add(book_put{command.title});
    return 0;
  });
  constexpr std::chrono::milliseconds slow(20);
  bus.on([&](const book_put&, library_transaction&) {
    const auto until = std::chrono::steady_clock::now() + slow;
    while (std::chrono::steady_clock::now() < until) continue;
  });
  bus.execute(work, put_book{"Emma"});
  EXPECT_GE(counter.longest, slow);
}

TEST_F(counted_test, O1_an_error_counts_as_failed_and_as_closed_by_a_rollback) {
  bus.on([](const put_book&, library_transaction&) -> int { throw std::runtime_error("no"); });
  const texts failed{"started", "message put_book", "command put_book", "failed",
                     "closed rolledback"};
  EXPECT_THROW(bus.execute(work, put_book{"Emma"}), std::runtime_error);
  EXPECT_EQ(taken(), failed);
  EXPECT_THROW(sync_wait(bus.async_execute(work, put_book{"Emma"})), std::runtime_error);
  EXPECT_EQ(taken(), failed);
}

TEST_F(counted_test, O1_a_transaction_is_closed_once_however_it_ends) {
  work.transact([](library_transaction& transaction) { transaction.rollback(); });
  EXPECT_EQ(taken(), (texts{"started", "closed rolledback"}));
  { const auto left = work.begin(); }
  EXPECT_EQ(taken(), (texts{"started", "closed rolledback"}));
  {
    auto committed = work.begin();
    committed.commit();
  }
  EXPECT_EQ(taken(), (texts{"started", "closed committed"}));
  std::optional<library_transaction> streaming;
  work.transact([&](library_transaction& transaction) {
    transaction.commit();
    streaming.emplace(transaction.detach());
  });
  EXPECT_EQ(taken(), texts{"started"});
  streaming->close();
  streaming.reset();
  EXPECT_EQ(taken(), texts{"closed committed"});
}

TEST_F(counted_test, O1_a_failed_commit_was_a_rollback_and_an_unknown_one_is_neither) {
  told.commit_fails = true;
  EXPECT_THROW(bus.execute(work, book_put{"Emma"}), error);
  EXPECT_EQ(taken(), (texts{"started", "message book_put", "failed", "closed rolledback"}));
  told.outcome_is_unknown = true;
  EXPECT_THROW(bus.execute(work, book_put{"Emma"}), commit_outcome_unknown_error);
  EXPECT_EQ(taken(), (texts{"started", "message book_put", "failed", "closed closed"}));
}

TEST_F(counted_test, O1_the_default_counts_nothing) {
  metrics silent;
  silent.transaction_started();
  silent.transaction_failed();
  silent.transaction_closed(transaction_state::committed);
  silent.message_processed(message_type_of<book_put>);
  silent.command_processed(message_type_of<put_book>, std::chrono::nanoseconds(1));
  library_work uncounted(told);
  bus.execute(uncounted, book_put{"Emma"});
  EXPECT_EQ(taken(), texts{});
}

}  // namespace
}  // namespace messagebus::library_test
