#pragma once

#include <memory>
#include <messagebus/bus.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace messagebus::library_test {

/// What the sessions of a test have been told, and what they have kept.
struct probe {
  std::vector<recorded_message> stored;
  int commits = 0;
  int rollbacks = 0;
  bool commit_fails = false;
  bool rollback_fails = false;
  bool outcome_is_unknown = false;
  /// Where messages go at once, in place of `stored` at the commit.
  message_store* store = nullptr;

  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const recorded_message& message : stored) all.push_back(message.name);
    return all;
  }
};

class probe_session final : public session {
 public:
  explicit probe_session(probe& told) noexcept : told_(told) {}

  message_store& store() noexcept override {
    return told_.store != nullptr ? *told_.store : gathered_;
  }

  task<> commit() override {
    if (told_.outcome_is_unknown) throw commit_outcome_unknown_error("the line went dead");
    if (told_.commit_fails) throw error(errc::conflict, "the commit failed", retry::may_help);
    ++told_.commits;
    told_.stored.insert(told_.stored.end(), gathered_.messages.begin(), gathered_.messages.end());
    co_return;
  }

  task<> rollback() override {
    ++told_.rollbacks;
    if (told_.rollback_fails) throw std::runtime_error("the rollback failed");
    co_return;
  }

 private:
  class gathered final : public message_store {
   public:
    void add(const recorded_message& message) override { messages.push_back(message); }
    std::vector<recorded_message> messages;
  };

  probe& told_;
  gathered gathered_;
};

struct book {
  std::string title;
  raised_messages messages = {};

  bool operator==(const book&) const = default;
};
BOOST_DESCRIBE_STRUCT(book, (), (title))

/// Two repositories of different types, to see in which order they are collected.
template <int Number>
class shelf final : public repository<book> {
 public:
  book& put(std::string title) { return see({.title = std::move(title)}); }
  book& take(book fresh) { return see(std::move(fresh)); }
  book& find_any() {
    return *this->find_seen([](const book&) { return true; });
  }
};

struct library {
  shelf<1>& first;
  shelf<2>& second;
};
using library_transaction = transaction<library>;

struct put_book {
  static constexpr auto schema = command<int>("put_book", 1);
  std::string title;
  bool operator==(const put_book&) const = default;
};
BOOST_DESCRIBE_STRUCT(put_book, (), (title))

struct lend_book {
  static constexpr auto schema = command<std::string>("lend_book", 1);
  std::string title;
  bool operator==(const lend_book&) const = default;
};
BOOST_DESCRIBE_STRUCT(lend_book, (), (title))

struct book_put {
  static constexpr auto schema = event("book_put", 1, published);
  std::string title;
  bool operator==(const book_put&) const = default;
};
BOOST_DESCRIBE_STRUCT(book_put, (), (title))

/// The second version of the same name.
struct book_put_v2 {
  static constexpr auto schema = event("book_put", 2, published);
  std::string title;
  int shelf = 0;
  bool operator==(const book_put_v2&) const = default;
};
BOOST_DESCRIBE_STRUCT(book_put_v2, (), (title, shelf))

struct book_lent {
  static constexpr auto schema = event("book_lent", 1);
  std::string title;
  bool operator==(const book_lent&) const = default;
};
BOOST_DESCRIBE_STRUCT(book_lent, (), (title))

class library_work final : public unit_of_work<library> {
 public:
  explicit library_work(probe& told, unit_of_work_options options = {})
      : unit_of_work(std::move(options)), told_(told) {}

 private:
  using resources = session_with_repositories<library, probe_session, shelf<1>, shelf<2>>;

  task<std::unique_ptr<transaction_resources_of<library>>> open() override {
    co_return std::make_unique<resources>(told_);
  }

  probe& told_;
};

}  // namespace messagebus::library_test
