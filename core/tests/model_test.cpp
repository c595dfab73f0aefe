#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/library.hpp"

namespace messagebus::library_test {
namespace {

/// The titles of the `book_put` events in a queue.
std::string titles_of(const message_queue& queue) {
  std::string titles;
  for (const raised_message& raised : queue) titles += raised.get_if<book_put>()->title;
  return titles;
}

/// A repository that collects by hand, for models that it keeps otherwise.
class watched_books {
 public:
  book& add(std::string title) {
    auto& kept = books_.emplace_back(std::make_unique<book>(book{std::move(title)}));
    watch_.watch(kept->messages);
    return *kept;
  }
  void remove_first() { books_.erase(books_.begin()); }
  std::string collected() {
    message_queue queue;
    watch_.collect(queue);
    return titles_of(queue);
  }

 private:
  raised_messages_watch watch_;
  std::vector<std::unique_ptr<book>> books_;
};

TEST(model, R1_messages_stand_in_the_order_in_which_they_were_raised) {
  book raiser{"Emma"};
  raiser.messages.add(book_put{"a"});
  raiser.messages.add(book_lent{"b"});
  raiser.messages.add(book_put{"c"});
  ASSERT_EQ(raiser.messages.size(), 3U);
  auto at = raiser.messages.begin();
  EXPECT_TRUE(*at++ == book_put{"a"});
  EXPECT_TRUE(*at++ == book_lent{"b"});
  EXPECT_TRUE(*at++ == book_put{"c"});
  EXPECT_EQ(at, raiser.messages.end());
  raiser.messages.clear();
  EXPECT_TRUE(raiser.messages.empty());
}

TEST(model, R1_assigning_a_state_keeps_what_was_raised) {
  book raiser{"Emma"};
  raiser.messages.add(book_put{"a"});
  raiser = book{"Persuasion"};
  EXPECT_EQ(raiser.title, "Persuasion");
  EXPECT_EQ(raiser.messages.size(), 1U);
  book other{"Emma"};
  other.messages.add(book_put{"b"});
  raiser = std::move(other);
  EXPECT_EQ(raiser.messages.size(), 2U);
  book copied_from{"Emma"};
  copied_from.messages.add(book_put{"c"});
  EXPECT_THROW(raiser = copied_from, usage_error);
}

TEST(model, R2_one_that_ends_early_takes_along_what_it_raised) {
  watched_books books;
  books.add("a").messages.add(book_put{"a"});
  books.add("b").messages.add(book_put{"b"});
  books.remove_first();
  EXPECT_EQ(books.collected(), "b");
  books.remove_first();
  EXPECT_EQ(books.collected(), "");
}

TEST(model, R2_one_that_outlives_its_repository_keeps_what_it_raised) {
  book raiser{"Emma"};
  {
    raised_messages_watch watch;
    watch.watch(raiser.messages);
    raiser.messages.add(book_put{"a"});
  }
  EXPECT_EQ(raiser.messages.size(), 1U);
}

TEST(model, R4_one_that_two_repositories_saw_is_collected_once_by_the_later) {
  book raiser{"Emma"};
  raiser.messages.add(book_put{"a"});
  raised_messages_watch first;
  raised_messages_watch second;
  first.watch(raiser.messages);
  second.watch(raiser.messages);
  raiser.messages.add(book_put{"b"});
  message_queue of_first;
  message_queue of_second;
  first.collect(of_first);
  second.collect(of_second);
  EXPECT_EQ(titles_of(of_first), "");
  EXPECT_EQ(titles_of(of_second), "ab");
}

TEST(model, R4_each_message_is_collected_once) {
  watched_books books;
  book& raiser = books.add("a");
  raiser.messages.add(book_put{"a"});
  raiser.messages.clear();
  raiser.messages.add(book_put{"b"});
  EXPECT_EQ(books.collected(), "b");
  EXPECT_EQ(books.collected(), "");
  raiser.messages.add(book_put{"c"});
  EXPECT_EQ(books.collected(), "c");
}

TEST(model, R3_messages_that_a_model_held_when_it_was_seen_are_collected) {
  probe told;
  library_work work(told);
  bus<library> bus;
  bus.on([](const put_book& command, library_transaction& transaction) {
    book fresh{command.title};
    fresh.messages.add(book_put{"before"});
    transaction->first.take(std::move(fresh)).messages.add(book_put{"after"});
    return 0;
  });
  bus.execute(work, put_book{"Emma"});
  ASSERT_EQ(told.stored.size(), 3U);
  EXPECT_EQ(told.stored[1].as<book_put>().title, "before");
  EXPECT_EQ(told.stored[2].as<book_put>().title, "after");
}

TEST(model, R4_messages_that_are_raised_while_collecting_come_next) {
  // A repository of one's own that raises a summary when it is collected.
  class summing {
   public:
    book& get() noexcept { return all_; }
    void collect(message_queue& queue) {
      if (all_.messages.empty()) return;
      message_queue summary;
      summary.push(book_put{std::to_string(all_.messages.size())});
      watch_.collect(queue);
      queue.append(summary);
    }
    summing() { watch_.watch(all_.messages); }

   private:
    book all_{"all"};
    raised_messages_watch watch_;
  };
  summing repository;
  repository.get().messages.add(book_put{"a"});
  repository.get().messages.add(book_put{"b"});
  message_queue queue;
  repository.collect(queue);
  EXPECT_EQ(titles_of(queue), "ab2");
}

}  // namespace
}  // namespace messagebus::library_test
