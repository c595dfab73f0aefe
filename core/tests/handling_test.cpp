#include <gtest/gtest.h>

#include <coroutine>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "support/library.hpp"

namespace messagebus::library_test {
namespace {

using texts = std::vector<std::string>;

class handling_test : public ::testing::Test {
 protected:
  /// Puts a book and raises `book_put`.
  void handle_put_book() {
    bus.on([](const put_book& command, library_transaction& transaction) {
      transaction->first.put(command.title).messages.add(book_put{command.title});
      return 7;
    });
  }

  /// What `handle` in this transaction is answered by; empty when it went well.
  template <class M>
  std::string refusal_of(const M& message, library_transaction& transaction) {
    try {
      bus.handle(message, transaction);
    } catch (const transaction_error& error) {
      return error.what();
    }
    return "";
  }

  probe told;
  library_work work{told};
  messagebus::bus<library> bus;
};

TEST_F(handling_test, B3_results_are_typed) {
  static_assert(std::is_same_v<decltype(bus.execute(work, put_book{})), int>);
  static_assert(std::is_same_v<decltype(bus.execute(work, lend_book{})), std::string>);
  static_assert(std::is_void_v<decltype(bus.execute(work, book_put{}))>);
  static_assert(std::is_same_v<decltype(bus.async_execute(work, lend_book{})), task<std::string>>);
  bus.on([](const lend_book&, library_transaction&) { return "converted"; });
  EXPECT_EQ(bus.execute(work, lend_book{"Emma"}), "converted");
}

TEST_F(handling_test, B3_the_same_command_raised_again_does_not_change_the_result) {
  bus.on([](const put_book& command, library_transaction& transaction) {
    if (command.title == "first") {
      transaction->first.put("").messages.add(put_book{"second"});
      return 1;
    }
    return 2;
  });
  EXPECT_EQ(bus.execute(work, put_book{"first"}), 1);
  EXPECT_EQ(told.names(), (texts{"put_book", "put_book"}));
}

TEST_F(handling_test, B4_what_the_first_listener_raised_comes_before_what_the_second_did) {
  bus.on([](const book_put& event, library_transaction& transaction) {
    // The repository that is collected last.
    transaction->second.put(event.title).messages.add(book_lent{"by the first"});
  });
  bus.on([](const book_put& event, library_transaction& transaction) {
    transaction->first.put(event.title).messages.add(book_lent{"by the second"});
  });
  bus.execute(work, book_put{"Emma"});
  ASSERT_EQ(told.stored.size(), 3U);
  EXPECT_EQ(told.stored[1].as<book_lent>().title, "by the first");
  EXPECT_EQ(told.stored[2].as<book_lent>().title, "by the second");
}

TEST_F(handling_test, B4_a_long_chain_needs_no_stack) {
  constexpr int length = 100'000;
  int handled = 0;
  bus.on([&](const book_put& event, library_transaction& transaction) {
    if (++handled == 1) transaction->first.put(event.title);
    if (handled == length) return;
    transaction->first.find_any().messages.add(book_put{event.title});
  });
  work.transact([&](library_transaction& transaction) {
    bus.handle(book_put{"Emma"}, transaction);
    transaction.rollback();
  });
  EXPECT_EQ(handled, length);
}

TEST_F(handling_test, B5_a_message_is_stored_after_its_handlers_and_whoever_hears_it) {
  class watching_store final : public message_store {
   public:
    explicit watching_store(texts& log) noexcept : log_(log) {}
    void add(const recorded_message& message) override {
      log_.push_back("stored " + message.name + (message.published ? " published" : ""));
    }

   private:
    texts& log_;
  };
  texts log;
  watching_store store(log);
  told.store = &store;
  handle_put_book();
  bus.on([&](const book_put& event, library_transaction& transaction) {
    log.emplace_back("first listener");
    transaction->first.put(event.title).messages.add(book_lent{event.title});
  });
  bus.on([&](const book_put&, library_transaction&) { log.emplace_back("second listener"); });
  bus.execute(work, put_book{"Emma"});
  EXPECT_EQ(log, (texts{"stored put_book", "first listener", "second listener",
                        "stored book_put published", "stored book_lent"}));
}

TEST_F(handling_test, E1_a_store_may_run_a_bus_while_it_is_lent_a_message) {
  class auditing_store final : public message_store {
   public:
    texts names;

    void add(const recorded_message& message) override {
      probe audited;
      library_work of_audit(audited);
      messagebus::bus<library> audit;
      audit.execute(of_audit, book_lent{"to the auditor, a longer payload than the other"});
      names.push_back(message.name + message.payload);
    }
  };
  auditing_store store;
  told.store = &store;
  handle_put_book();
  bus.execute(work, put_book{"Emma"});
  EXPECT_EQ(store.names, (texts{R"(put_book{"title":"Emma"})", R"(book_put{"title":"Emma"})"}));
}

// They are taken from their models before each gets its id.
TEST_F(handling_test, B6_what_was_raised_and_got_no_id_is_not_left_out_of_a_commit) {
  class one_id final : public id_source {
   public:
    uuid next(timestamp now) override {
      if (std::exchange(is_given_, true)) throw std::runtime_error("no more ids");
      return uuid7_source::instance().next(now);
    }

   private:
    bool is_given_ = false;
  } ids;
  handle_put_book();
  library_work of_one_id(told, {.ids = &ids});
  auto transaction = of_one_id.begin();
  transaction->first.put("").messages.add(book_put{"raised before"});
  EXPECT_THROW(bus.handle(put_book{"Emma"}, transaction), std::runtime_error);
  EXPECT_THROW(transaction.commit(), transaction_error);
  transaction.rollback();
}

TEST_F(handling_test, B5_a_store_that_refuses_ends_the_transaction) {
  class refusing_store final : public message_store {
    void add(const recorded_message& /*message*/) override { throw std::runtime_error("full"); }
  };
  refusing_store store;
  told.store = &store;
  handle_put_book();
  auto transaction = work.begin();
  EXPECT_THROW(bus.handle(put_book{"Emma"}, transaction), std::runtime_error);
  EXPECT_THROW(transaction.commit(), transaction_error);
  transaction.rollback();
}

TEST_F(handling_test, B6_whatever_is_thrown_reaches_the_caller_and_rolls_back) {
  bus.on([](const put_book&, library_transaction&) -> int { throw 42; });
  bus.on([](const lend_book&, library_transaction&) -> task<std::string> {
    throw "text";
    co_return "";
  });
  EXPECT_THROW(bus.execute(work, put_book{"Emma"}), int);
  EXPECT_THROW(bus.execute(work, lend_book{"Emma"}), const char*);
  EXPECT_THROW(sync_wait(bus.async_execute(work, put_book{"Emma"})), int);
  EXPECT_THROW(sync_wait(bus.async_execute(work, lend_book{"Emma"})), const char*);
  EXPECT_EQ(told.rollbacks, 4);
  EXPECT_EQ(told.commits, 0);
}

TEST_F(handling_test, B6_later_listeners_and_messages_are_not_handled) {
  texts heard;
  bus.on([](const put_book& command, library_transaction& transaction) {
    book& added = transaction->first.put(command.title);
    added.messages.add(book_put{"one"});
    added.messages.add(book_lent{"two"});
    return 0;
  });
  bus.on([](const book_put&, library_transaction&) { throw std::runtime_error("no"); });
  bus.on([&](const book_put&, library_transaction&) { heard.emplace_back("book_put"); });
  bus.on([&](const book_lent&, library_transaction&) { heard.emplace_back("book_lent"); });
  EXPECT_THROW(bus.execute(work, put_book{"Emma"}), std::runtime_error);
  EXPECT_EQ(heard, texts{});
}

TEST_F(handling_test, B6_after_an_error_the_transaction_takes_no_message_until_rolled_back) {
  handle_put_book();
  bus.on([](const book_put&, library_transaction&) { throw std::runtime_error("no"); });
  auto failed = work.begin();
  EXPECT_THROW(bus.handle(put_book{"Emma"}, failed), std::runtime_error);
  EXPECT_NE(refusal_of(book_lent{"Emma"}, failed).find("another has failed"), std::string::npos);
  failed.rollback();
  auto next = work.begin();
  bus.handle(book_lent{"Emma"}, next);
  next.commit();
  EXPECT_EQ(told.names(), texts{"book_lent"});
}

TEST_F(handling_test, B7_after_a_command_that_nobody_handles_the_transaction_goes_on) {
  auto transaction = work.begin();
  EXPECT_THROW(bus.handle(put_book{"Emma"}, transaction), no_handler_error);
  bus.handle(book_put{"Emma"}, transaction);
  transaction.commit();
  EXPECT_EQ(told.names(), texts{"book_put"});
}

TEST_F(handling_test, B7_a_raised_command_that_nobody_handles_fails_the_chain) {
  bus.on([](const book_put& event, library_transaction& transaction) {
    transaction->first.put(event.title).messages.add(lend_book{event.title});
  });
  EXPECT_THROW(bus.execute(work, book_put{"Emma"}), no_handler_error);
  EXPECT_EQ(told.names(), texts{});
  EXPECT_EQ(told.rollbacks, 1);
}

TEST_F(handling_test, B4_a_handler_that_hands_in_a_message_of_its_own_is_told_to_raise_it) {
  std::string answer;
  bus.on([&](const book_put&, library_transaction& transaction) {
    answer = refusal_of(book_lent{"Emma"}, transaction);
  });
  bus.execute(work, book_put{"Emma"});
  EXPECT_NE(answer.find("raises further messages on a model"), std::string::npos) << answer;
  EXPECT_EQ(told.names(), texts{"book_put"});
}

TEST_F(handling_test, B4_a_handler_may_run_a_transaction_of_its_own) {
  bus.on([&](const book_put&, library_transaction&) { bus.execute(work, book_lent{"inner"}); });
  bus.execute(work, book_put{"outer"});
  EXPECT_EQ(told.names(), (texts{"book_lent", "book_put"}));
}

TEST_F(handling_test, T4_a_handler_neither_commits_nor_rolls_back_nor_takes_away) {
  texts refused;
  const auto refuse = [&](const auto& call) {
    try {
      call();
    } catch (const transaction_error& error) {
      refused.push_back(std::string(error.what()).substr(0, 22));
    }
  };
  bus.on([&](const book_put&, library_transaction& transaction) {
    refuse([&] { transaction.commit(); });
    refuse([&] { transaction.rollback(); });
    refuse([&] { static_cast<void>(transaction.detach()); });
    refuse([&] { const auto stolen = std::move(transaction); });
    refuse([&] { transaction.close(); });
  });
  bus.execute(work, book_put{"Emma"});
  EXPECT_EQ(refused,
            (texts{"cannot commit while a ", "cannot roll back while", "cannot detach while a ",
                   "cannot move while a me", "cannot close a running"}));
  EXPECT_EQ(told.names(), texts{"book_put"});
}

TEST_F(handling_test, M6_a_chain_keeps_what_came_from_outside) {
  handle_put_book();
  envelope<put_book> received{{}, {"Emma"}};
  const uuid outside = *uuid::parse("0198c0de-7b1a-7000-8000-0123456789ab");
  const uuid cause = *uuid::parse("0198c0de-7b1a-7000-8000-0123456789ac");
  received.header.correlation_id = outside;
  received.header.causation_id = cause;
  EXPECT_EQ(bus.execute(work, received), 7);
  ASSERT_EQ(told.stored.size(), 2U);
  EXPECT_FALSE(received.header.message_id.is_nil());
  EXPECT_EQ(told.stored[0].message_id, received.header.message_id);
  EXPECT_EQ(told.stored[0].causation_id, cause);
  EXPECT_EQ(told.stored[0].correlation_id, outside);
  EXPECT_EQ(told.stored[1].correlation_id, outside);
  EXPECT_EQ(told.stored[1].causation_id, received.header.message_id);
}

TEST_F(handling_test, M2_what_a_handed_in_header_has_is_kept_and_the_rest_filled_in) {
  handle_put_book();
  envelope<put_book> dated{{}, {"Emma"}};
  dated.header.created_at = timestamp(std::chrono::microseconds(1));
  envelope<put_book> named{{}, {"Emma"}};
  named.header.message_id = *uuid::parse("0198c0de-7b1a-7000-8000-0123456789ab");
  bus.execute(work, dated);
  bus.execute(work, named);
  ASSERT_EQ(told.stored.size(), 4U);
  EXPECT_EQ(told.stored[0].created_at, timestamp(std::chrono::microseconds(1)));
  EXPECT_FALSE(told.stored[0].message_id.is_nil());
  EXPECT_EQ(told.stored[2].message_id.to_string(), "0198c0de-7b1a-7000-8000-0123456789ab");
  EXPECT_GT(told.stored[2].created_at, dated.header.created_at);
}

TEST_F(handling_test, M6_a_handler_sees_the_header) {
  handle_put_book();
  std::optional<uuid> cause;
  bus.on([&](const envelope<book_put>& event, library_transaction&) {
    cause = event.header.causation_id;
  });
  bus.execute(work, put_book{"Emma"});
  EXPECT_EQ(cause, told.stored.at(0).message_id);
}

TEST_F(handling_test, M6_what_was_raised_outside_of_handlers_has_no_cause) {
  work.transact([&](library_transaction& transaction) {
    transaction->first.put("Emma").messages.add(book_put{"Emma"});
    bus.handle(book_lent{"Persuasion"}, transaction);
    transaction.commit();
  });
  ASSERT_EQ(told.names(), (texts{"book_lent", "book_put"}));
  EXPECT_EQ(told.stored[1].causation_id, std::nullopt);
  EXPECT_EQ(told.stored[1].correlation_id, told.stored[1].message_id);
}

TEST_F(handling_test, B11_an_error_while_a_coroutine_waits_ends_the_handling) {
  bus.on([](const book_put&, library_transaction&) -> task<> {
    const auto fail_deep = []() -> task<> {
      throw std::runtime_error("deep");
      co_return;
    };
    co_await fail_deep();
  });
  EXPECT_THROW(bus.execute(work, book_put{"Emma"}), std::runtime_error);
  EXPECT_EQ(told.names(), texts{});
}

TEST_F(handling_test, B11_a_handling_that_is_dropped_while_it_waits_cannot_be_committed) {
  struct forever {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> /*waiter*/) const noexcept {}
    void await_resume() const noexcept {}
  };
  bus.on([](const book_put&, library_transaction&) -> task<> { co_await forever{}; });
  auto transaction = work.begin();
  {
    task<> dropped = bus.async_handle(book_put{"Emma"}, transaction);
    EXPECT_FALSE(dropped.start([](void*) noexcept {}, nullptr));
  }
  EXPECT_NE(refusal_of(book_lent{"Emma"}, transaction).find("another has failed"),
            std::string::npos);
  EXPECT_THROW(transaction.commit(), transaction_error);
  transaction.rollback();
}

TEST_F(handling_test, B11_a_handling_that_is_dropped_before_it_began_does_nothing) {
  handle_put_book();
  auto transaction = work.begin();
  { const auto dropped = bus.async_handle(put_book{"Emma"}, transaction); }
  EXPECT_EQ(bus.handle(put_book{"Persuasion"}, transaction), 7);
  transaction.commit();
  EXPECT_EQ(told.stored.at(0).as<put_book>().title, "Persuasion");
}

}  // namespace
}  // namespace messagebus::library_test
