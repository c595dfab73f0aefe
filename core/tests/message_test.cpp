#include <gtest/gtest.h>

#include <chrono>
#include <messagebus/domain/clock.hpp>
#include <string>
#include <string_view>

#include "support/library.hpp"

namespace messagebus::library_test {
namespace {

TEST(message, M2_gets_an_id_of_version_7_and_a_time_in_microseconds) {
  probe told;
  library_work work(told);
  bus<library> bus;
  bus.on([](const put_book& /*command*/, library_transaction& /*transaction*/) { return 0; });
  const timestamp before = system_clock::instance().now();
  bus.execute(work, put_book{"Emma"});
  const timestamp after = system_clock::instance().now();
  ASSERT_EQ(told.stored.size(), 1U);
  EXPECT_EQ(told.stored[0].message_id.bytes[6] >> 4, 7);
  EXPECT_GE(told.stored[0].created_at, before);
  EXPECT_LE(told.stored[0].created_at, after);
}

TEST(message, M2_keeps_the_id_and_time_that_it_came_with) {
  probe told;
  library_work work(told);
  bus<library> bus;
  bus.on([](const put_book& /*command*/, library_transaction& /*transaction*/) { return 0; });
  envelope<put_book> received{{}, {"Emma"}};
  received.header.message_id = *uuid::parse("0198c0de-7b1a-7000-8000-0123456789ab");
  received.header.created_at = timestamp(std::chrono::microseconds(17));
  bus.execute(work, received);
  ASSERT_EQ(told.stored.size(), 1U);
  EXPECT_EQ(told.stored[0].message_id, received.header.message_id);
  EXPECT_EQ(told.stored[0].created_at, received.header.created_at);
}

TEST(message, M1_a_recorded_message_is_read_as_the_type_and_version_that_it_is_of_alone) {
  recorded_message recorded;
  recorded.payload = R"({"title":"Emma"})";
  const auto error_when = [&](std::string_view name, int version) -> std::string {
    recorded.name = name;
    recorded.schema_version = version;
    try {
      recorded.as<book_lent>();
    } catch (const usage_error& refused) {
      return refused.what();
    }
    return {};
  };
  EXPECT_EQ(error_when("book_lent", 1), "");
  EXPECT_NE(
      error_when("book_lent", 2).find("is a book_lent v2 and was asked for as a book_lent v1"),
      std::string::npos);
  EXPECT_NE(error_when("book_eaten", 1).find("is a book_eaten v1"), std::string::npos);
  EXPECT_FALSE(recorded.is<book_lent>());
}

TEST(message, M1_a_recorded_message_is_read_into_one_that_is_there) {
  recorded_message recorded;
  recorded.name = "book_lent";
  recorded.payload = R"({"title":"Emma"})";
  book_lent lent{"of a title so long that it has memory of its own"};
  const char* const memory = lent.title.data();
  recorded.decode_into(lent);
  EXPECT_EQ(lent, recorded.as<book_lent>());
  EXPECT_EQ(lent.title.data(), memory);
  recorded.schema_version = 2;
  EXPECT_THROW(recorded.decode_into(lent), usage_error);
  EXPECT_EQ(lent.title, "Emma");
}

TEST(message, M3_is_equal_by_content_whatever_its_id_and_time) {
  envelope<book_put> one{{}, {"Emma"}};
  envelope<book_put> other{{}, {"Emma"}};
  other.header.message_id = *uuid::parse("0198c0de-7b1a-7000-8000-0123456789ab");
  EXPECT_EQ(one, other);
  other.content.title = "Persuasion";
  EXPECT_FALSE(one == other);
}

TEST(message, M3_is_unequal_to_one_of_another_type) {
  book raised{"Emma"};
  raised.messages.add(book_put{"Emma"});
  EXPECT_TRUE(*raised.messages.begin() == book_put{"Emma"});
  EXPECT_FALSE(*raised.messages.begin() == book_lent{"Emma"});
}

TEST(message, M4_prints_its_name_and_its_fields) {
  EXPECT_EQ(to_string(book_put_v2{"Emma", 3}), "<book_put_v2 title='Emma' shelf=3>");
}

TEST(message, M4_a_model_prints_what_it_has_raised) {
  book raised{"Emma"};
  EXPECT_EQ(to_string(raised), "<book title='Emma'>");
  raised.messages.add(book_put{"Emma"});
  EXPECT_EQ(to_string(raised), "<book title='Emma' message=[<book_put title='Emma'>]>");
}

TEST(message, M5_two_versions_of_a_name_have_handlers_of_their_own) {
  probe told;
  library_work work(told);
  bus<library> bus;
  std::vector<int> heard;
  bus.on([&](const book_put& /*event*/, library_transaction&) { heard.push_back(1); });
  bus.on([&](const book_put_v2& /*event*/, library_transaction&) { heard.push_back(2); });
  bus.execute(work, book_put_v2{"Emma", 1});
  bus.execute(work, book_put{"Emma"});
  EXPECT_EQ(heard, (std::vector{2, 1}));
  EXPECT_EQ(told.stored.at(0).schema_version, 2);
  EXPECT_EQ(told.stored.at(1).schema_version, 1);
}

TEST(model, R1_its_messages_count_neither_for_equality_nor_for_what_is_stored) {
  book quiet{"Emma"};
  book loud{"Emma"};
  loud.messages.add(book_put{"one"});
  loud.messages.add(book_lent{"two"});
  EXPECT_EQ(quiet, loud);
  EXPECT_EQ(codec::encode(loud), R"({"title":"Emma"})");
  ASSERT_EQ(loud.messages.size(), 2U);
  EXPECT_TRUE(*loud.messages.begin() == book_put{"one"});
}

TEST(model, R1_is_not_copied_while_it_holds_messages) {
  book loud{"Emma"};
  loud.messages.add(book_put{"Emma"});
  EXPECT_THROW(static_cast<void>(book(loud)), usage_error);
  const book state = state_of(loud);
  EXPECT_TRUE(state.messages.empty());
  EXPECT_EQ(loud.messages.size(), 1U);
  const book moved = std::move(loud);
  EXPECT_EQ(moved.messages.size(), 1U);
}

TEST(repository, R3_collects_a_message_that_was_raised_after_the_add) {
  probe told;
  library_work work(told);
  bus<library> bus;
  bus.on([](const put_book& command, library_transaction& transaction) {
    book& added = transaction->first.put(command.title);
    added.messages.add(book_put{command.title});
    return 0;
  });
  bus.execute(work, put_book{"Emma"});
  EXPECT_EQ(told.names(), (std::vector<std::string>{"put_book", "book_put"}));
}

TEST(repository, R4_collects_repositories_as_declared_and_models_as_seen) {
  probe told;
  library_work work(told);
  bus<library> bus;
  bus.on([](const put_book& /*command*/, library_transaction& transaction) {
    book& late = transaction->second.put("second");
    book& one = transaction->first.put("one");
    book& two = transaction->first.put("two");
    late.messages.add(book_lent{"d"});
    two.messages.add(book_lent{"c"});
    one.messages.add(book_lent{"a"});
    one.messages.add(book_lent{"b"});
    return 0;
  });
  bus.execute(work, put_book{"Emma"});
  std::string order;
  for (std::size_t i = 1; i < told.stored.size(); ++i) {
    order += told.stored[i].as<book_lent>().title;
  }
  EXPECT_EQ(order, "abcd");
}

}  // namespace
}  // namespace messagebus::library_test
