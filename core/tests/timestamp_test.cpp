#include <messagebus/domain/error.hpp>
#include <messagebus/domain/timestamp.hpp>

#include <gtest/gtest.h>

namespace {

using messagebus::format_timestamp;
using messagebus::parse_timestamp;
using messagebus::timestamp;
using namespace std::chrono_literals;

constexpr timestamp instant =
    std::chrono::sys_days{std::chrono::year{2025} / 12 / 22} + 10h + 11min + 12s + 123456us;
constexpr timestamp first = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
constexpr timestamp last = timestamp(std::chrono::sys_days{std::chrono::year{10000} / 1 / 1}) - 1us;

TEST(timestamp, is_written_as_python_writes_it) {
  EXPECT_EQ(format_timestamp(instant), "2025-12-22T10:11:12.123456+00:00");
  EXPECT_EQ(format_timestamp(instant - 123456us), "2025-12-22T10:11:12+00:00");
  EXPECT_EQ(format_timestamp(instant - 123455us), "2025-12-22T10:11:12.000001+00:00");
  EXPECT_EQ(format_timestamp(timestamp{}), "1970-01-01T00:00:00+00:00");
  EXPECT_EQ(format_timestamp(timestamp(-1us)), "1969-12-31T23:59:59.999999+00:00");
  EXPECT_EQ(format_timestamp(first), "0001-01-01T00:00:00+00:00");
  EXPECT_EQ(format_timestamp(last), "9999-12-31T23:59:59.999999+00:00");
}

TEST(timestamp, outside_the_years_of_the_calendar_is_not_written) {
  char text[messagebus::timestamp_text_bytes_max];
  for (const timestamp beyond : {first - 1us, last + 1us, timestamp::min(), timestamp::max()}) {
    EXPECT_EQ(format_timestamp(beyond, text), nullptr);
    EXPECT_THROW(format_timestamp(beyond), messagebus::encode_error);
  }
}

TEST(timestamp, is_read_in_every_form_that_is_documented) {
  const timestamp whole = instant - 123456us;
  EXPECT_EQ(parse_timestamp("2025-12-22T10:11:12.123456+00:00"), instant);
  EXPECT_EQ(parse_timestamp("2025-12-22T10:11:12.123456Z"), instant);
  EXPECT_EQ(parse_timestamp("2025-12-22T10:11:12+00:00"), whole);
  EXPECT_EQ(parse_timestamp("2025-12-22T10:11:12Z"), whole);
  EXPECT_EQ(parse_timestamp("2025-12-22T10:11:12-00:00"), whole);
  EXPECT_EQ(parse_timestamp("2025-12-22T10:11:12.1Z"), whole + 100ms);
  EXPECT_EQ(parse_timestamp("2025-12-22T10:11:12.123Z"), whole + 123ms);
  EXPECT_EQ(parse_timestamp("2025-12-22T10:11:12.1234569Z"), instant);
  EXPECT_EQ(parse_timestamp("2025-12-22T10:11:12.123456999Z"), instant);
}

TEST(timestamp, an_offset_is_converted_to_utc) {
  EXPECT_EQ(parse_timestamp("2025-12-22T11:41:12.123456+01:30"), instant);
  EXPECT_EQ(parse_timestamp("2025-12-21T10:12:12.123456-23:59"), instant);
  EXPECT_EQ(parse_timestamp("0001-01-01T00:00:00-00:01"), first + 1min);
}

TEST(timestamp, dates_exist_as_the_calendar_has_them) {
  EXPECT_TRUE(parse_timestamp("2024-02-29T00:00:00Z"));
  EXPECT_TRUE(parse_timestamp("2000-02-29T00:00:00Z"));
  for (const char* const never :
       {"2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2025-04-31T00:00:00Z",
        "2025-00-01T00:00:00Z", "2025-13-01T00:00:00Z", "2025-01-00T00:00:00Z",
        "2025-01-32T00:00:00Z", "0000-01-01T00:00:00Z", "2025-01-01T24:00:00Z",
        "2025-01-01T00:60:00Z", "2025-01-01T00:00:60Z", "2025-01-01T00:00:00+24:00",
        "2025-01-01T00:00:00+00:60", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"}) {
    EXPECT_FALSE(parse_timestamp(never)) << never;
  }
}

TEST(timestamp, nothing_but_the_documented_forms_is_read) {
  for (const char* const other : {"",
                                  "2025",
                                  "2025-12-22",
                                  "2025-12-22T10:11",
                                  "2025-12-22T10:11:12",
                                  "2025-12-22 10:11:12Z",
                                  "2025-12-22t10:11:12Z",
                                  "2025-12-22T10:11:12z",
                                  "20251222T101112Z",
                                  "2025-12-22T10:11:12.Z",
                                  "2025-12-22T10:11:12,5Z",
                                  "2025-12-22T10:11:12.1234567890Z",
                                  "2025-12-22T10:11:12+0000",
                                  "2025-12-22T10:11:12+00",
                                  "2025-12-22T10:11:12+00:00:00",
                                  "2025-12-22T10:11:12Z ",
                                  " 2025-12-22T10:11:12Z",
                                  "2025-12-22T10:11:12ZZ",
                                  "+2025-12-22T10:11:12Z",
                                  "12025-12-22T10:11:12Z",
                                  "2025-1-22T10:11:12Z",
                                  "2025-12-22T10:11:1２Z",
                                  "1766398272"}) {
    EXPECT_FALSE(parse_timestamp(other)) << other;
  }
}

TEST(timestamp, no_text_that_is_cut_off_is_read) {
  const std::string_view text = "2025-12-22T10:11:12.123456+00:00";
  for (std::size_t bytes = 0; bytes < text.size(); ++bytes) {
    EXPECT_FALSE(parse_timestamp(text.substr(0, bytes))) << text.substr(0, bytes);
  }
}

}  // namespace
