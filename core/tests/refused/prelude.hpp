#pragma once

// What the mistakes of refused_test.cpp are made with; compiled once, ahead of them.

#include <coroutine>
#include <messagebus/bus.hpp>
#include <string>

struct put_book {
  static constexpr auto schema = messagebus::command<int>("put_book", 1);
  std::string title;
};
BOOST_DESCRIBE_STRUCT(put_book, (), (title))

struct lend_book {
  static constexpr auto schema = messagebus::command("lend_book", 1);
  std::string title;
};
BOOST_DESCRIBE_STRUCT(lend_book, (), (title))

struct book_put {
  static constexpr auto schema = messagebus::event("book_put", 1);
  std::string title;
};
BOOST_DESCRIBE_STRUCT(book_put, (), (title))

struct no_message {
  std::string title;
};

struct book {
  std::string title;
  messagebus::raised_messages messages = {};
};

struct other_book {
  std::string title;
  messagebus::raised_messages messages = {};
};

/// A coroutine of another library.
struct other_task {
  struct promise_type {
    other_task get_return_object() { return {}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};

struct mailer {};
struct printer {
  explicit printer(int) {}
};

struct books {
  virtual ~books() = default;
};
struct reviews {
  virtual ~reviews() = default;
};

struct library {
  books& all_books;
  reviews& all_reviews;
};
struct archive {
  books& old_books;
};

struct books_in_memory : books, messagebus::repository<book> {};
struct reviews_in_memory : reviews {};

using library_transaction = messagebus::transaction<library>;
using library_bus = messagebus::bus<library>;

inline int on_put_book(const put_book& /*command*/, library_transaction& /*transaction*/) {
  return 1;
}
inline void on_lend_book(const lend_book& /*command*/, library_transaction& /*transaction*/) {}
inline void on_book_put(const book_put& /*event*/, library_transaction& /*transaction*/) {}
inline void mail_it(const book_put& /*event*/, library_transaction& /*transaction*/,
                    mailer& /*required*/) {}
inline void print_it(const book_put& /*event*/, library_transaction& /*transaction*/,
                     printer& /*required*/) {}

class nothing_session final : public messagebus::session {
  messagebus::task<> commit() override { co_return; }
  messagebus::task<> rollback() override { co_return; }
};

template <class... Repositories>
using library_resources =
    messagebus::session_with_repositories<library, nothing_session, Repositories...>;
