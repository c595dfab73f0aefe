#include <gtest/gtest.h>

#include <concepts>
#include <messagebus/ports/message_log.hpp>
#include <optional>
#include <stdexcept>

#include "support/library.hpp"

namespace messagebus::library_test {
namespace {

using texts = std::vector<std::string>;

int put_by_module(const put_book& command, library_transaction& transaction) {
  transaction->first.put(command.title).messages.add(book_put{command.title});
  return 7;
}
MESSAGEBUS_HANDLER("library.handlers.books", put_by_module);

void hear_by_module(const book_put& /*event*/, library_transaction& /*transaction*/) {}
MESSAGEBUS_HANDLER("library.handlers", hear_by_module);

class bus_test : public ::testing::Test {
 protected:
  /// Puts a book and raises `book_put`.
  void handle_put_book() {
    bus.on([](const put_book& command, library_transaction& transaction) {
      transaction->first.put(command.title).messages.add(book_put{command.title});
      return 7;
    });
  }

  probe told;
  library_work work{told};
  messagebus::bus<library> bus;
};

TEST_F(bus_test, B2_calls_the_listeners_of_an_event_in_the_order_of_registration) {
  texts heard;
  const handler_id first =
      bus.on([&](const book_put&, library_transaction&) { heard.emplace_back("first"); });
  bus.on([&](const book_put&, library_transaction&) { heard.emplace_back("second"); });
  bus.on([&](const book_put&, library_transaction&) { heard.emplace_back("third"); });
  bus.remove(first);
  EXPECT_THROW(bus.remove(first), configuration_error);
  EXPECT_THROW(bus.remove(&hear_by_module), configuration_error);
  bus.execute(work, book_put{"Emma"});
  EXPECT_EQ(heard, (texts{"second", "third"}));
}

TEST_F(bus_test, B3_returns_what_the_handler_of_the_command_returned) {
  bus.on([](const put_book& command, library_transaction& transaction) {
    transaction->first.put(command.title).messages.add(lend_book{command.title});
    return 42;
  });
  bus.on([](const lend_book& command, library_transaction&) { return command.title + " lent"; });
  const int result = bus.execute(work, put_book{"Emma"});
  EXPECT_EQ(result, 42);
  EXPECT_EQ(told.names(), (texts{"put_book", "lend_book"}));
}

TEST_F(bus_test, B4_handles_breadth_first) {
  bus.on([](const put_book& command, library_transaction& transaction) {
    book& added = transaction->first.put(command.title);
    added.messages.add(book_put{"one"});
    added.messages.add(book_put{"two"});
    return 0;
  });
  bus.on([](const book_put& event, library_transaction& transaction) {
    transaction->first.put(event.title).messages.add(book_lent{event.title});
  });
  bus.execute(work, put_book{"Emma"});
  EXPECT_EQ(told.names(), (texts{"put_book", "book_put", "book_put", "book_lent", "book_lent"}));
}

TEST_F(bus_test, M6_says_who_caused_what) {
  handle_put_book();
  bus.execute(work, put_book{"Emma"});
  ASSERT_EQ(told.stored.size(), 2U);
  EXPECT_EQ(told.stored[0].correlation_id, told.stored[0].message_id);
  EXPECT_EQ(told.stored[0].causation_id, std::nullopt);
  EXPECT_EQ(told.stored[1].correlation_id, told.stored[0].message_id);
  EXPECT_EQ(told.stored[1].causation_id, told.stored[0].message_id);
}

TEST_F(bus_test, B6_an_error_in_a_handler_ends_the_handling_and_rolls_back) {
  handle_put_book();
  bus.on([](const book_put&, library_transaction&) { throw std::runtime_error("no"); });
  EXPECT_THROW(bus.execute(work, put_book{"Emma"}), std::runtime_error);
  EXPECT_TRUE(told.stored.empty());
  EXPECT_EQ(told.commits, 0);
  EXPECT_EQ(told.rollbacks, 1);
}

TEST_F(bus_test, B6_what_a_failed_handler_left_behind_cannot_be_committed) {
  handle_put_book();
  bus.on([](const book_put&, library_transaction&) { throw std::runtime_error("no"); });
  auto transaction = work.begin();
  EXPECT_THROW(bus.handle(put_book{"Emma"}, transaction), std::runtime_error);
  EXPECT_THROW(transaction.commit(), transaction_error);
  transaction.rollback();
}

TEST_F(bus_test, B6_what_the_first_handler_did_before_it_failed_cannot_be_committed) {
  bus.on([](const put_book& command, library_transaction& transaction) -> int {
    transaction->first.put(command.title);
    throw std::runtime_error("no");
  });
  auto transaction = work.begin();
  EXPECT_THROW(bus.handle(put_book{"Emma"}, transaction), std::runtime_error);
  EXPECT_THROW(transaction.commit(), transaction_error);
  transaction.rollback();
}

TEST_F(bus_test, B7_stores_an_event_that_nobody_hears_and_refuses_a_command) {
  bus.execute(work, book_put{"Emma"});
  EXPECT_EQ(told.names(), texts{"book_put"});
  try {
    bus.execute(work, put_book{"Emma"});
    FAIL() << "a command was lost";
  } catch (const no_handler_error& error) {
    EXPECT_NE(std::string(error.what()).find("put_book v1"), std::string::npos) << error.what();
  }
  EXPECT_EQ(told.names(), texts{"book_put"});
}

TEST_F(bus_test, B8_takes_nothing_but_messages) {
  EXPECT_TRUE(message<put_book>);
  EXPECT_FALSE(message<int>);
  EXPECT_FALSE(message<book>);
  EXPECT_FALSE(message<std::string>);
}

TEST_F(bus_test, B9_finds_handlers_by_module) {
  bus.scan("library.handlers");
  EXPECT_EQ(bus.execute(work, put_book{"Emma"}), 7);
  EXPECT_EQ(told.names(), (texts{"put_book", "book_put"}));
}

TEST_F(bus_test, B9_tells_all_problems_of_a_scan_at_once) {
  handle_put_book();
  try {
    bus.scan("library.handlers", "no.such.module");
    FAIL() << "the scan found nothing wrong";
  } catch (const configuration_error& error) {
    const std::string told_by_scan = error.what();
    EXPECT_NE(told_by_scan.find("no.such.module"), std::string::npos) << told_by_scan;
    EXPECT_NE(told_by_scan.find("put_book v1"), std::string::npos) << told_by_scan;
  }
}

TEST_F(bus_test, B10_ends_registration_when_it_serves) {
  handle_put_book();
  bus.execute(work, put_book{"Emma"});
  EXPECT_THROW(bus.on([](const book_put&, library_transaction&) {}), configuration_error);
}

/// A dependency that tells what it hears.
struct courier {
  texts* heard = nullptr;
  int number = 0;
  void on_after_commit() { heard->push_back("commit " + std::to_string(number)); }
  void on_after_rollback() { heard->push_back("rollback " + std::to_string(number)); }
};

class dependency_test : public bus_test {
 protected:
  dependency_test() {
    bus.on([this](const put_book&, library_transaction&, courier& needed) {
      used.push_back(needed.number);
      return 0;
    });
  }

  texts heard;
  std::vector<int> used;
};

TEST_F(dependency_test, D1_makes_a_dependency_anew_for_every_handling) {
  int made = 0;
  bus.provide([&] { return courier{&heard, ++made}; });
  bus.execute(work, put_book{"Emma"});
  bus.execute(work, put_book{"Persuasion"});
  EXPECT_EQ(used, (std::vector{1, 2}));
}

TEST_F(dependency_test, D2_one_that_is_handed_in_wins) {
  bus.provide([&] { return courier{&heard, 1}; });
  courier own{&heard, 9};
  bus.execute(work, put_book{"Emma"}, own);
  EXPECT_EQ(used, std::vector{9});
  EXPECT_EQ(heard, texts{"commit 9"});
}

TEST_F(dependency_test, D3_names_a_required_one_that_is_missing) {
  try {
    bus.execute(work, put_book{"Emma"});
    FAIL() << "the handler ran without its dependency";
  } catch (const missing_dependency_error& error) {
    EXPECT_NE(std::string(error.what()).find("courier"), std::string::npos) << error.what();
  }
  EXPECT_TRUE(used.empty());
}

TEST_F(dependency_test, D3_an_optional_one_that_is_missing_is_empty) {
  bool was_empty = false;
  bus.on(
      [&](const book_put&, library_transaction&, courier* maybe) { was_empty = maybe == nullptr; });
  bus.execute(work, book_put{"Emma"});
  EXPECT_TRUE(was_empty);
}

TEST_F(dependency_test, D4_hears_of_the_commit_or_of_the_rollback) {
  bus.provide([&] { return courier{&heard, 1}; });
  bus.execute(work, put_book{"Emma"});
  told.commit_fails = true;
  EXPECT_THROW(bus.execute(work, put_book{"Emma"}), error);
  EXPECT_EQ(heard, (texts{"commit 1", "rollback 1"}));
}

TEST_F(bus_test, E2_shows_handlers_a_store_that_only_takes) {
  static_assert(!std::derived_from<message_store, message_log>);
  bus.on([](const put_book&, library_transaction& transaction) {
    recorded_message copied;
    copied.name = "copied";
    transaction.store().add(copied);
    return 0;
  });
  bus.execute(work, put_book{"Emma"});
  EXPECT_EQ(told.names(), (texts{"copied", "put_book"}));
}

TEST_F(bus_test, E3_drops_everything_by_default) {
  class forgetful_session final : public session {
    task<> commit() override { co_return; }
    task<> rollback() override { co_return; }
  };
  forgetful_session session;
  EXPECT_EQ(&session.store(), &sinkhole_store::instance());
  session.store().add({});
}

TEST_F(bus_test, B11_plain_handlers_and_coroutines_stand_side_by_side) {
  texts heard;
  bus.on([](const put_book& command, library_transaction& transaction) -> task<int> {
    transaction->first.put(command.title).messages.add(book_put{command.title});
    co_return 5;
  });
  bus.on([&](const book_put&, library_transaction&) { heard.emplace_back("plain"); });
  bus.on([&](const book_put&, library_transaction&) -> task<> {
    heard.emplace_back("coroutine");
    co_return;
  });
  EXPECT_EQ(bus.execute(work, put_book{"Emma"}), 5);
  EXPECT_EQ(sync_wait(bus.async_execute(work, put_book{"Persuasion"})), 5);
  EXPECT_EQ(heard, (texts{"plain", "coroutine", "plain", "coroutine"}));
  EXPECT_EQ(told.names(), (texts{"put_book", "book_put", "put_book", "book_put"}));
}

TEST_F(bus_test, T1_a_transaction_goes_through_its_states) {
  auto transaction = work.begin();
  EXPECT_EQ(transaction.state(), transaction_state::running);
  transaction.commit();
  EXPECT_EQ(transaction.state(), transaction_state::committed);
  transaction.close();
  EXPECT_EQ(transaction.state(), transaction_state::closed);
  auto other = work.begin();
  other.rollback();
  EXPECT_EQ(other.state(), transaction_state::rolledback);
  auto detached = work.begin();
  auto streaming = detached.detach();
  EXPECT_EQ(streaming.state(), transaction_state::streaming);
  streaming.close();
  EXPECT_EQ(told.rollbacks, 2);
}

TEST_F(bus_test, T7_a_transaction_that_is_not_running_cannot_be_entered) {
  handle_put_book();
  auto transaction = work.begin();
  transaction.commit();
  EXPECT_THROW(transaction.within([](library_transaction&) {}), transaction_error);
  EXPECT_THROW(bus.handle(put_book{"Emma"}, transaction), transaction_error);
}

TEST_F(bus_test, T2_one_that_is_left_open_tells_the_error_hook) {
  texts reported;
  library_work watched(told, {.on_error = [&](std::string_view where, const std::exception&) {
                         reported.emplace_back(where);
                       }});
  { const auto transaction = watched.begin(); }
  EXPECT_EQ(reported, texts{"transaction"});
  EXPECT_EQ(told.rollbacks, 1);
}

}  // namespace
}  // namespace messagebus::library_test
