#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <messagebus/domain/clock.hpp>
#include <messagebus/domain/id_source.hpp>
#include <string>
#include <string_view>

#include "support/library.hpp"

namespace messagebus::library_test {

/// Written as something else than an object, which no bus takes.
struct coded {
  static constexpr auto schema = event("coded", 1);
};

}  // namespace messagebus::library_test

template <>
struct messagebus::codec::representation<messagebus::library_test::coded> {
  using type = std::string;
  static std::string to(const messagebus::library_test::coded& /*value*/) { return "} = \", {"; }
  static messagebus::library_test::coded from(std::string&& /*text*/) { return {}; }
};

namespace messagebus::library_test {
namespace {

/// What an application adds to its schemas.
struct ownership {
  std::string_view team;
  int retention_days;
};
BOOST_DESCRIBE_STRUCT(ownership, (), (team, retention_days))

/// Its name in the log has nothing to do with its name here.
struct renamed_since {
  static constexpr auto schema =
      event("shelf_moved", 3, published, ownership{.team = "stock", .retention_days = 30});
  int shelf = 0;
};
BOOST_DESCRIBE_STRUCT(renamed_since, (), (shelf))

struct audited_command {
  static constexpr auto schema = command<int>("audit", 2, publication::internal,
                                              ownership{.team = "audit", .retention_days = 365});
};
BOOST_DESCRIBE_STRUCT(audited_command, (), ())

/// Nothing is said of whether it is published: it is not.
struct owned_event {
  static constexpr auto schema = event("owned_event", 1, ownership{"stock", 30});
};
BOOST_DESCRIBE_STRUCT(owned_event, (), ())
struct owned_command {
  static constexpr auto schema = command<int>("owned_command", 1, ownership{"stock", 30});
};
BOOST_DESCRIBE_STRUCT(owned_command, (), ())

/// Without an `operator==` of its own.
struct plain_fact {
  static constexpr auto schema = event("plain_fact", 1);
  int value = 0;
};
BOOST_DESCRIBE_STRUCT(plain_fact, (), (value))

class fixed_clock final : public clock {
 public:
  timestamp now() override { return time += std::chrono::seconds(1); }
  timestamp time{std::chrono::microseconds(0)};
};

class counting_ids final : public id_source {
 public:
  uuid next(timestamp /*now*/) override {
    uuid id;
    id.bytes[15] = ++last;
    return id;
  }
  std::uint8_t last = 0;
};

TEST(message_type, M1_a_schema_says_what_the_log_keeps) {
  constexpr const auto& type = message_type_of<renamed_since>;
  EXPECT_EQ(type.name, "shelf_moved");
  EXPECT_EQ(type.schema_version, 3);
  EXPECT_EQ(type.kind, message_kind::event);
  EXPECT_TRUE(type.published);
  EXPECT_EQ(type.cpp_name, "renamed_since");
  EXPECT_EQ(type.metadata(), R"({"team":"stock","retention_days":30})");
  EXPECT_EQ(message_type_of<audited_command>.kind, message_kind::command);
  EXPECT_FALSE(message_type_of<audited_command>.published);
  EXPECT_EQ(message_type_of<plain_fact>.metadata(), "{}");
}

TEST(message_type, M1_metadata_follows_the_version_where_nothing_is_published) {
  EXPECT_FALSE(owned_event::schema.published);
  EXPECT_FALSE(owned_command::schema.published);
  EXPECT_EQ(message_type_of<owned_event>.metadata(), R"({"team":"stock","retention_days":30})");
  EXPECT_EQ(message_type_of<owned_command>.metadata(), R"({"team":"stock","retention_days":30})");
}

TEST(message_type, M1_E4_the_bus_stores_all_of_it) {
  probe told;
  library_work work(told);
  bus<library> bus;
  bus.on([](const audited_command&, library_transaction& transaction) {
    transaction->first.put("").messages.add(renamed_since{5});
    return 0;
  });
  bus.execute(work, audited_command{});
  ASSERT_EQ(told.stored.size(), 2U);
  const recorded_message& command = told.stored[0];
  EXPECT_EQ(command.kind, message_kind::command);
  EXPECT_EQ(command.name, "audit");
  EXPECT_EQ(command.schema_version, 2);
  EXPECT_FALSE(command.published);
  EXPECT_EQ(command.metadata, R"({"team":"audit","retention_days":365})");
  EXPECT_EQ(command.payload, "{}");
  const recorded_message& event = told.stored[1];
  EXPECT_EQ(event.kind, message_kind::event);
  EXPECT_EQ(event.name, "shelf_moved");
  EXPECT_EQ(event.schema_version, 3);
  EXPECT_TRUE(event.published);
  EXPECT_EQ(event.metadata, R"({"team":"stock","retention_days":30})");
  EXPECT_EQ(event.payload, R"({"shelf":5})");
}

TEST(message_type, M2_ids_and_times_come_from_where_the_unit_of_work_says) {
  probe told;
  fixed_clock time;
  counting_ids ids;
  library_work work(told, {.clock = &time, .ids = &ids});
  bus<library> bus;
  bus.on([](const put_book& command, library_transaction& transaction) {
    book& added = transaction->first.put(command.title);
    added.messages.add(book_put{"one"});
    added.messages.add(book_put{"two"});
    return 0;
  });
  bus.execute(work, put_book{"Emma"});
  ASSERT_EQ(told.stored.size(), 3U);
  for (std::uint8_t i = 0; i < 3; ++i) EXPECT_EQ(told.stored[i].message_id.bytes[15], i + 1);
  EXPECT_EQ(told.stored[0].created_at, timestamp(std::chrono::seconds(1)));
  EXPECT_EQ(told.stored[1].created_at, timestamp(std::chrono::seconds(2)));
  EXPECT_EQ(told.stored[2].created_at, timestamp(std::chrono::seconds(2)));
}

TEST(message_type, M2_an_id_that_came_without_a_time_gets_one) {
  probe told;
  fixed_clock time;
  library_work work(told, {.clock = &time});
  bus<library> bus;
  envelope<book_put> received{{}, {"Emma"}};
  received.header.message_id = *uuid::parse("0198c0de-7b1a-7000-8000-0123456789ab");
  bus.execute(work, received);
  EXPECT_EQ(told.stored.at(0).message_id, received.header.message_id);
  EXPECT_EQ(told.stored.at(0).created_at, timestamp(std::chrono::seconds(1)));
}

TEST(message_type, M3_without_an_operator_the_described_content_is_compared) {
  book raiser{"Emma"};
  raiser.messages.add(plain_fact{1});
  raiser.messages.add(plain_fact{1});
  raiser.messages.add(plain_fact{2});
  auto at = raiser.messages.begin();
  const raised_message& first = *at++;
  const raised_message& same = *at++;
  const raised_message& other = *at;
  EXPECT_TRUE(first == same);
  EXPECT_FALSE(first == other);
  EXPECT_TRUE(other == plain_fact{2});
}

TEST(message_type, M4_prints_quotes_and_what_is_no_text) {
  EXPECT_EQ(to_string(book_put{"Tim's \"Emma\""}), R"(<book_put title='Tim\'s "Emma"'>)");
  EXPECT_EQ(to_string(book_put{"\xff"}), "<book_put title='\uFFFD'>");
  EXPECT_EQ(to_string(audited_command{}), "<audited_command>");
  EXPECT_EQ(to_string(coded{}), R"(<coded "} = \", {">)");
}

TEST(message_type, E1_a_message_that_is_too_long_is_refused_before_the_store_sees_it) {
  probe told;
  library_work work(told, {.payload_bytes_max = 20});
  bus<library> bus;
  bus.execute(work, book_put{"Emma"});
  try {
    bus.execute(work, book_put{"Northanger Abbey"});
    FAIL() << "the payload was taken";
  } catch (const encode_error& error) {
    EXPECT_EQ(error.code(), errc::limit_exceeded);
    EXPECT_NE(std::string(error.what()).find("book_put v1: the payload has 28 bytes"),
              std::string::npos)
        << error.what();
  }
  EXPECT_EQ(told.names(), std::vector<std::string>{"book_put"});
}

}  // namespace
}  // namespace messagebus::library_test
