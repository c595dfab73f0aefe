// Values on their way to the server and back.

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstddef>
#include <limits>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "expected_errors.hpp"
#include "test_database.hpp"

namespace messagebus::postgresql {
namespace {

class values_test : public ::testing::Test {
 protected:
  template <class T>
  T back(const char* sql, const T& value) {
    session asking(database_);
    return sync_wait(asking.query(sql, value)).front().template get<T>(0);
  }

  test_schema schema_;
  database database_{schema_.address(), schema_.options()};
};

// What a statement cannot take is refused by a sentence where it is called.
enum class no_value { at_all };
template <class Value>
concept taken = requires(parameters& made, const Value& value) { made.add(value); };
static_assert(!taken<no_value> && !taken<std::optional<no_value>>);
static_assert(taken<std::optional<uuid>> && taken<bool> && taken<float>);
// Neither is a pointer a truth, nor an enumeration a number.
enum plain_number { one = 1 };
static_assert(!taken<const int*> && !taken<const void*> && !taken<plain_number>);

TEST_F(values_test, come_back_as_they_went) {
  EXPECT_EQ(back("SELECT $1", true), true);
  EXPECT_EQ(back<std::int16_t>("SELECT $1", -7), -7);
  EXPECT_EQ(back("SELECT $1", std::numeric_limits<int>::min()), std::numeric_limits<int>::min());
  EXPECT_EQ(back<std::uint32_t>("SELECT $1", 4294967295U), 4294967295U);
  EXPECT_EQ(back("SELECT $1", std::numeric_limits<std::int64_t>::max()),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(back("SELECT $1", -0.1), -0.1);
  EXPECT_EQ(back<std::string>("SELECT $1::text", "Zoë 🐘 ' \\"), "Zoë 🐘 ' \\");
  EXPECT_EQ(back<std::string>("SELECT $1::jsonb", "{\"a\": 1}"), "{\"a\": 1}");
  const std::vector<std::byte> bytes{std::byte{0}, std::byte{255}, std::byte{7}};
  EXPECT_EQ(back("SELECT $1", bytes), bytes);
  const auto sample = testing::sample_message();
  EXPECT_EQ(back("SELECT $1", sample.message_id), sample.message_id);
  EXPECT_EQ(back("SELECT $1", sample.created_at), sample.created_at);
  EXPECT_EQ(back<std::optional<int>>("SELECT $1", std::nullopt), std::nullopt);
  EXPECT_EQ(back<std::optional<int>>("SELECT $1", 5), 5);
}

TEST_F(values_test, that_do_not_fit_are_refused) {
  session asking(database_);
  const rows found = sync_wait(asking.query("SELECT 300, NULL::int, 'text', 1.5::numeric"));
  EXPECT_THROW(found.front().get<std::int8_t>(0), usage_error);
  EXPECT_THROW(found.front().get<int>(1), usage_error);
  EXPECT_THROW(found.front().get<int>(2), usage_error);
  EXPECT_THROW(found.front().get<double>(3), usage_error);
  EXPECT_THROW(found.front().get<int>(4), usage_error);
  EXPECT_EQ(found.front().get<int>(0), 300);
  expect_error(errc::usage, "column 4 of a result with 4 columns", false,
               [&] { found.front().get<std::optional<int>>(4); });
  EXPECT_THROW(static_cast<void>(found.front().is_null(-1)), usage_error);
  EXPECT_THROW(found.front().get<int>(-1), usage_error);
  const rows real =
      sync_wait(asking.query("SELECT -1e39::float8, 'infinity'::float8, 1e38::float8"));
  expect_error(errc::usage, "read it as double", false, [&] { real.front().get<float>(0); });
  EXPECT_EQ(real.front().get<double>(0), -1e39);
  EXPECT_TRUE(std::isinf(real.front().get<float>(1)));
  EXPECT_FLOAT_EQ(real.front().get<float>(2), 1e38F);
  expect_error(errc::encode, "the text parameter $2 has a zero byte", false,
               [&] { sync_wait(asking.query("SELECT $1::int, $2", 1, std::string("a\0b", 3))); });
  expect_error(errc::usage, "pass it as text and cast it, $3::numeric", false, [&] {
    sync_wait(asking.query("SELECT $1::int, $2::int, $3", 1, 2, ~std::uint64_t{0}));
  });
}

TEST_F(values_test, of_times_that_nobody_can_hold_are_refused) {
  session asking(database_);
  const rows found = sync_wait(asking.query(
      "SELECT 'infinity'::timestamptz, '-infinity'::timestamp, '294260-01-01 UTC'::timestamptz, "
      "'4714-11-24 00:00:00 BC UTC'::timestamptz"));
  for (const int column : {0, 1, 2}) {
    expect_error(errc::usage, "isfinite", false,
                 [&] { found.front().get<std::optional<timestamp>>(column); });
  }
  const auto earliest = found.front().get<timestamp>(3);
  EXPECT_EQ(back("SELECT $1", earliest), earliest);
  EXPECT_EQ(back("SELECT $1", timestamp::max()), timestamp::max());
  // What comes to the server's number for -infinity is none of its times either.
  const auto minus_infinity =
      timestamp::min() + std::chrono::sys_days(std::chrono::year{2000} / 1 / 1).time_since_epoch();
  for (const timestamp before : {timestamp::min(), minus_infinity}) {
    expect_error(errc::usage, "the parameter $1 is a timestamp before", false,
                 [&] { back("SELECT $1", before); });
  }
}

TEST_F(values_test, that_are_a_null_pointer_are_null) {
  session asking(database_);
  const char* const nothing = nullptr;
  const rows found = sync_wait(asking.query("SELECT $1::text, $2::text, $3::text", nothing,
                                            std::optional<const char*>(), "a"));
  EXPECT_TRUE(found.front().is_null(0));
  EXPECT_TRUE(found.front().is_null(1));
  EXPECT_EQ(found.front().get<std::string>(2), "a");
}

TEST_F(values_test, that_are_too_long_are_refused_before_they_are_looked_at) {
  const char one = 'x';
  for (const std::size_t bytes : {std::size_t{1} << 30U, (std::size_t{1} << 31U) + 5}) {
    parameters values;
    EXPECT_THROW(values.add(std::string_view(&one, bytes)), encode_error);
    EXPECT_THROW(values.add(std::as_bytes(std::span(&one, bytes))), encode_error);
    EXPECT_EQ(values.size(), 0U);
  }
}

TEST_F(values_test, of_many_kinds_of_statements_go_through_one_transaction) {
  session writing(database_);
  const std::string table = schema_.table("thing");
  sync_wait(writing.execute("CREATE TABLE " + table + "(n int, t varchar, v numeric)"));
  EXPECT_EQ(sync_wait(writing.execute("INSERT INTO " + table + " VALUES($1, $2, $3), (2, 'b', 1)",
                                      std::int64_t{1}, "a", "1.50")),
            2);
  writing.defer("UPDATE " + table + " SET n = n + $1", 10);
  const rows found = sync_wait(writing.query("SELECT n, t, v::text FROM " + table + " ORDER BY n"));
  ASSERT_EQ(found.size(), 2U);
  std::string text;
  for (const row& row : found) {
    text += std::to_string(row.get<int>(0)) + row.get<std::string>(1) +
            std::string(row.get<std::string_view>(2)) + " ";
  }
  EXPECT_EQ(text, "11a1.50 12b1 ");
  sync_wait(writing.commit());
  EXPECT_THROW(sync_wait(writing.query("SELECT 1")), transaction_error);
}

TEST_F(values_test, B5_E4_a_large_batch_goes_by_copy_in_order) {
  auto options = schema_.options();
  options.inserted_messages_max = 100;
  database copying(schema_.address(), options);
  std::vector<recorded_message> messages;
  for (int i = 0; i < 5000; ++i) {
    messages.push_back(testing::sample_message());
    if (i % 3 == 0) messages.back().causation_id = messages.back().message_id;
    if (i % 5 == 0) messages.back().metadata = R"({"team":"sales"})";
  }
  session writing(copying);
  for (const auto& message : messages) writing.store().add(message);
  sync_wait(writing.commit());
  EXPECT_EQ(testing::without_positions(testing::read_all(*copying.open_log(), {}, 700)), messages);
  session again(copying);
  for (const auto& message : messages) again.store().add(message);
  try {
    sync_wait(again.commit());
    FAIL() << "the duplicates were kept";
  } catch (const error& refused) {
    EXPECT_EQ(refused.code(), errc::duplicate_message) << refused.what();
  }
  EXPECT_EQ(sync_wait(copying.log().last_position()).value, 5000);
}

}  // namespace
}  // namespace messagebus::postgresql
