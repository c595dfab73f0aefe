#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/library.hpp"

namespace messagebus::library_test {
namespace {

using texts = std::vector<std::string>;

/// What handlers ask for.
class mailer {
 public:
  mailer() = default;
  mailer(const mailer&) = delete;
  mailer& operator=(const mailer&) = delete;
  virtual ~mailer() = default;
  virtual void mail(const std::string& text) = 0;
};

/// Tells what it hears, of its end too.
class telling_mailer final : public mailer {
 public:
  telling_mailer(texts& log, std::string name) : log_(log), name_(std::move(name)) {}
  ~telling_mailer() override { log_.push_back(name_ + " ends"); }

  void mail(const std::string& text) override { log_.push_back(name_ + " mails " + text); }
  void on_after_commit() { log_.push_back(name_ + " hears commit"); }
  void on_after_rollback() { log_.push_back(name_ + " hears rollback"); }

 private:
  texts& log_;
  std::string name_;
};

/// Its hooks fail, or wait.
struct failing_clerk {
  void on_after_commit() const { throw std::runtime_error("the clerk failed"); }
  void on_after_rollback() const { throw 42; }
};
struct patient_clerk {
  texts* log;
  task<> on_after_commit() {
    log->emplace_back("patient commit");
    co_return;
  }
  task<> on_after_rollback() {
    log->emplace_back("patient rollback");
    co_return;
  }
};
struct silent_clerk {};

void mail_title(const book_put& event, library_transaction& /*transaction*/, mailer& needed) {
  needed.mail(event.title);
}

class dependency_hooks_test : public ::testing::Test {
 protected:
  void provide_mailers() {
    bus.provide<mailer>([this] {
      return std::make_unique<telling_mailer>(log, "mailer " + std::to_string(++made));
    });
  }

  void mail_when_put() { bus.on<&mail_title>(); }

  texts log;
  int made = 0;
  probe told;
  library_work work{told, {.on_error = [this](std::string_view where, const std::exception& error) {
                      log.push_back(std::string(where) + ": " + error.what());
                    }}};
  messagebus::bus<library> bus;
};

TEST_F(dependency_hooks_test, D1_lives_until_its_transaction_ends_and_hears_how) {
  provide_mailers();
  mail_when_put();
  bus.execute(work, book_put{"Emma"});
  EXPECT_EQ(log, (texts{"mailer 1 mails Emma", "mailer 1 hears commit", "mailer 1 ends"}));
}

TEST_F(dependency_hooks_test, D1_one_handling_has_one_object_and_the_next_another) {
  provide_mailers();
  mail_when_put();
  mail_when_put();
  work.transact([&](library_transaction& transaction) {
    bus.handle(book_put{"a"}, transaction);
    bus.handle(book_put{"b"}, transaction);
    log.emplace_back("now commit");
    transaction.commit();
  });
  EXPECT_EQ(log, (texts{"mailer 1 mails a", "mailer 1 mails a", "mailer 2 mails b",
                        "mailer 2 mails b", "now commit", "mailer 1 hears commit",
                        "mailer 2 hears commit", "mailer 1 ends", "mailer 2 ends"}));
}

TEST_F(dependency_hooks_test, D1_nothing_is_made_that_no_handler_asks_for) {
  provide_mailers();
  bus.on([](const book_put&, library_transaction&) {});
  bus.execute(work, book_put{"Emma"});
  EXPECT_EQ(made, 0);
}

TEST_F(dependency_hooks_test, D1_a_factory_that_fails_ends_the_handling) {
  bus.provide<mailer>([]() -> std::unique_ptr<mailer> { throw std::runtime_error("no post"); });
  mail_when_put();
  EXPECT_THROW(bus.execute(work, book_put{"Emma"}), std::runtime_error);
  EXPECT_EQ(told.names(), texts{});
}

TEST_F(dependency_hooks_test, D2_one_that_is_lent_serves_as_its_interface_and_stays_the_callers) {
  provide_mailers();
  mail_when_put();
  {
    telling_mailer own(log, "own");
    bus.execute(work, book_put{"Emma"}, lend<mailer>(own));
    log.emplace_back("still there");
  }
  bus.execute(work, book_put{"Persuasion"});
  EXPECT_EQ(log, (texts{"own mails Emma", "own hears commit", "still there", "own ends",
                        "mailer 1 mails Persuasion", "mailer 1 hears commit", "mailer 1 ends"}));
}

TEST_F(dependency_hooks_test, D2_D4_one_that_is_lent_to_two_handlings_hears_once) {
  mail_when_put();
  telling_mailer own(log, "own");
  work.transact([&](library_transaction& transaction) {
    bus.handle(book_put{"a"}, transaction, lend<mailer>(own));
    bus.handle(book_put{"b"}, transaction, lend<mailer>(own));
    transaction.rollback();
  });
  EXPECT_EQ(log, (texts{"own mails a", "own mails b", "own hears rollback"}));
}

TEST_F(dependency_hooks_test, D3_a_missing_one_leaves_the_transaction_usable) {
  mail_when_put();
  telling_mailer own(log, "own");
  auto transaction = work.begin();
  EXPECT_THROW(bus.handle(book_put{"Emma"}, transaction), missing_dependency_error);
  bus.handle(book_put{"Emma"}, transaction, lend<mailer>(own));
  transaction.commit();
  EXPECT_EQ(told.names(), texts{"book_put"});
}

TEST_F(dependency_hooks_test, D3_a_missing_one_behind_a_handler_that_ran_fails_the_transaction) {
  bus.on([](const book_put&, library_transaction&) {});
  mail_when_put();
  auto transaction = work.begin();
  EXPECT_THROW(bus.handle(book_put{"Emma"}, transaction), missing_dependency_error);
  EXPECT_THROW(transaction.commit(), transaction_error);
  transaction.rollback();
}

TEST_F(dependency_hooks_test, D3_a_factory_may_say_that_there_is_none_this_time) {
  bus.provide<mailer>([] { return std::unique_ptr<mailer>(); });
  bool was_empty = false;
  bus.on(
      [&](const book_put&, library_transaction&, mailer* maybe) { was_empty = maybe == nullptr; });
  bus.on([](const book_lent&, library_transaction&, mailer&) {});
  bus.execute(work, book_put{"Emma"});
  EXPECT_TRUE(was_empty);
  EXPECT_THROW(bus.execute(work, book_lent{"Emma"}), missing_dependency_error);
}

TEST_F(dependency_hooks_test, D3_a_proved_bus_makes_what_its_handlers_name) {
  static constexpr auto proved = handlers<&mail_title>.with<mailer>();
  messagebus::bus<library, proved> own_bus(
      [this] { return std::make_unique<telling_mailer>(log, "proved"); });
  own_bus.execute(work, book_put{"Emma"});
  EXPECT_EQ(log, (texts{"proved mails Emma", "proved hears commit", "proved ends"}));
}

TEST_F(dependency_hooks_test, D4_only_those_that_took_part_hear_in_the_order_in_which_they_did) {
  telling_mailer first(log, "first");
  telling_mailer second(log, "second");
  silent_clerk silent;
  bus.on([](const book_put&, library_transaction&, silent_clerk&) {});
  bus.on([](const book_lent&, library_transaction&, telling_mailer&, mailer&) {});
  bus.execute(work, book_put{"Emma"}, silent, first);
  EXPECT_EQ(log, texts{});
  bus.execute(work, book_lent{"Emma"}, lend<mailer>(second), first);
  EXPECT_EQ(log, (texts{"first hears commit", "second hears commit"}));
}

TEST_F(dependency_hooks_test, D4_a_hook_that_fails_is_reported_and_the_others_hear) {
  bus.provide<failing_clerk>();
  bus.provide([this] { return patient_clerk{&log}; });
  bus.on([](const book_put&, library_transaction&, failing_clerk&, patient_clerk&) {});
  bus.execute(work, book_put{"Emma"});
  EXPECT_EQ(log, (texts{"on_after_commit: the clerk failed", "patient commit"}));
  EXPECT_EQ(told.commits, 1);
  log.clear();
  work.transact([&](library_transaction& transaction) {
    bus.handle(book_put{"Emma"}, transaction);
    transaction.rollback();
  });
  EXPECT_EQ(log, (texts{"on_after_rollback: something was thrown that is no std::exception",
                        "patient rollback"}));
}

TEST_F(dependency_hooks_test,
       D4_hears_of_a_rollback_by_a_failed_handler_a_failed_commit_a_left_scope) {
  provide_mailers();
  bus.on([](const book_put& event, library_transaction&, mailer&) {
    if (event.title == "forbidden") throw std::runtime_error("forbidden");
  });
  EXPECT_THROW(bus.execute(work, book_put{"forbidden"}), std::runtime_error);
  told.commit_fails = true;
  EXPECT_THROW(bus.execute(work, book_put{"Emma"}), error);
  {
    auto left = work.begin();
    bus.handle(book_put{"Emma"}, left);
  }
  EXPECT_EQ(log[0], "mailer 1 hears rollback");
  EXPECT_EQ(log[2], "mailer 2 hears rollback");
  EXPECT_EQ(log[4].substr(0, 12), "transaction:");
  EXPECT_EQ(log[5], "mailer 3 hears rollback");
}

TEST_F(dependency_hooks_test, D4_may_use_the_unit_of_work_again) {
  struct chain_clerk {
    library_work* work;
    messagebus::bus<library>* bus;
    void on_after_commit() const { bus->execute(*work, book_lent{"from the hook"}); }
  };
  bus.provide([this] { return chain_clerk{&work, &bus}; });
  bus.on([](const book_put&, library_transaction&, chain_clerk&) {});
  bus.execute(work, book_put{"Emma"});
  EXPECT_EQ(told.names(), (texts{"book_put", "book_lent"}));
}

}  // namespace
}  // namespace messagebus::library_test
