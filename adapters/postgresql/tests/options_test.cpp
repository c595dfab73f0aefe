// The limits of a database, without a server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <messagebus/domain/error.hpp>
#include <string>

#include "connection_settings.hpp"

namespace messagebus::postgresql {
namespace {

using std::chrono::milliseconds;

std::string refusal_of(const database_options& options) {
  try {
    static_cast<void>(detail::connection_settings("host=db", options));
  } catch (const configuration_error& refused) {
    return refused.what();
  }
  return "nothing was refused";
}

TEST(postgresql_options, are_refused_by_their_name_when_they_are_out_of_range) {
  using ::testing::HasSubstr;
  EXPECT_EQ(refusal_of({}), "nothing was refused");
  EXPECT_THAT(refusal_of({.schema = "a\"b"}), HasSubstr("schema is \"a\"b\""));
  EXPECT_THAT(refusal_of({.connections_max = 0}), HasSubstr("connections_max is 0"));
  EXPECT_THAT(refusal_of({.connection_wait_max = milliseconds(-1)}),
              HasSubstr("connection_wait_max is negative"));
  EXPECT_THAT(refusal_of({.connect_attempt_max = milliseconds(999)}),
              HasSubstr("connect_attempt_max is below one second"));
  EXPECT_THAT(refusal_of({.reconnect_pause_first = milliseconds(0)}),
              HasSubstr("reconnect_pause_first"));
  EXPECT_THAT(refusal_of({.statement_wait_max = milliseconds(-1)}),
              HasSubstr("statement_wait_max is negative"));
  EXPECT_THAT(refusal_of({.statement_wait_max = milliseconds::max()}),
              HasSubstr("statement_wait_max is above 2147483647 ms"));
}

TEST(postgresql_options, may_ask_for_waits_without_end) {
  const detail::connection_settings settings("host=db",
                                             {.connection_wait_max = milliseconds::max(),
                                              .connect_attempt_max = milliseconds::max(),
                                              .reconnect_pause_longest = milliseconds::max(),
                                              .idle_check_after = milliseconds::max()});
  const auto now = std::chrono::steady_clock::now();
  for (const milliseconds wait :
       {settings.options.connection_wait_max, settings.options.connect_attempt_max,
        settings.options.reconnect_pause_longest, settings.options.idle_check_after}) {
    EXPECT_GT(wait, std::chrono::years(1));
    EXPECT_GT(now + wait, now) << "a deadline that overflows has passed already";
  }
}

}  // namespace
}  // namespace messagebus::postgresql
