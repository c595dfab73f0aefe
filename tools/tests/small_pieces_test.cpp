// Pieces that are small: instants, durations, bars, colours, exit codes.

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>

#include <messagebus/domain/error.hpp>
#include "bars.hpp"
#include "failures.hpp"
#include "instant.hpp"
#include "output.hpp"
#include "palette.hpp"
#include "query_options.hpp"
#include "screen.hpp"
#include "shown_time.hpp"

namespace messagebus::tool {
namespace {

using namespace std::chrono_literals;

constexpr timestamp now = std::chrono::sys_days(std::chrono::year{2025} / 12 / 22) + 10h;
constexpr timestamp midnight = std::chrono::sys_days(std::chrono::year{2025} / 12 / 22);

TEST(instant, may_be_a_day_a_minute_or_exact) {
  EXPECT_EQ(parse_instant("2025-12-22", now), midnight);
  EXPECT_EQ(parse_instant("2025-12-22T10:11", now), midnight + 10h + 11min);
  EXPECT_EQ(parse_instant("2025-12-22T10:11:12", now), midnight + 10h + 11min + 12s);
  EXPECT_EQ(parse_instant("2025-12-22T10:11:12.5Z", now), midnight + 10h + 11min + 12500ms);
  EXPECT_EQ(parse_instant("2025-12-22T10:11:12+01:00", now), midnight + 9h + 11min + 12s);
  EXPECT_EQ(parse_instant("2025-12-22T10:11Z", now), midnight + 10h + 11min);
  EXPECT_EQ(parse_instant("2025-12-22T10:11-01:00", now), midnight + 11h + 11min);
}

TEST(instant, may_be_a_time_ago) {
  EXPECT_EQ(parse_instant("90s", now), now - 90s);
  EXPECT_EQ(parse_instant("15m", now), now - 15min);
  EXPECT_EQ(parse_instant("2h", now), now - 2h);
  EXPECT_EQ(parse_instant("3d", now), now - 72h);
}

TEST(instant, anything_else_is_none) {
  for (const auto* text :
       {"", "m", "15", "-5m", "1.5h", "yesterday", "2025-13-01", "2025-12-22 ", "4294967295d"}) {
    EXPECT_EQ(parse_instant(text, now), std::nullopt) << text;
  }
}

TEST(query_options, P1_filters_that_leave_no_room_are_refused) {
  const auto refusal = [](const std::string& line) -> std::string {
    query_options filters;
    CLI::App app;
    filters.add_to(app);
    app.parse(line);
    try {
      static_cast<void>(filters.query());
    } catch (const usage_error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(refusal("--after 5 --up-to 5"), "");
  EXPECT_TRUE(refusal("--after 6 --up-to 5").starts_with("--after 6 and --up-to 5 leave nothing"));
  EXPECT_EQ(refusal("--from 2025-12-21 --until 2025-12-22"), "");
  EXPECT_TRUE(refusal("--from 2025-12-22 --until 2025-12-21")
                  .starts_with("--from 2025-12-22T00:00:00+00:00 and --until 2025-12-21T00:00:00"));
}

TEST(shown_time, has_always_six_digits_of_the_second) {
  EXPECT_EQ(time_of_day(now), "10:00:00.000000");
  EXPECT_EQ(time_of_day(now + 7us), "10:00:00.000007");
  EXPECT_EQ(date_of(now), "2025-12-22");
  EXPECT_EQ(date_of(timestamp(-1us)), "1969-12-31");
  EXPECT_EQ(time_of_day(timestamp(-1us)), "23:59:59.999999");
}

TEST(shown_time, of_a_damaged_log_is_no_time) {
  for (const auto instant : {timestamp::min(), timestamp::max()}) {
    EXPECT_EQ(date_of(instant), "no date");
    EXPECT_EQ(time_of_day(instant), "--:--:--.------");
  }
}

TEST(shown_time, durations_are_short) {
  EXPECT_EQ(short_duration(58us), "58 µs");
  EXPECT_EQ(short_duration(12345us), "12.3 ms");
  EXPECT_EQ(short_duration(4500ms), "4.5 s");
  EXPECT_EQ(short_duration(240s), "4 min");
  EXPECT_EQ(short_duration(5h), "5 h");
  EXPECT_EQ(short_duration(24h * 12), "12 days");
}

TEST(bars, fill_their_share_in_eighths) {
  EXPECT_EQ(bar(0, 4), "    ");
  EXPECT_EQ(bar(0.5, 4), "██  ");
  EXPECT_EQ(bar(1, 4), "████");
  EXPECT_EQ(bar(7, 4), "████");
  EXPECT_EQ(bar(0.28, 4), "█▏  ");
  EXPECT_EQ(bar(0.0001, 4), "▏   ") << "what is more than nothing is seen";
  EXPECT_EQ(bar(0.5, 0), "") << "where there is room for it";
}

TEST(bars, numbers_are_grouped_and_bytes_short) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(short_bytes(999), "999 B");
  EXPECT_EQ(short_bytes(1449), "1.4 kB");
  EXPECT_EQ(short_bytes(23'400'000), "23 MB");
  EXPECT_EQ(short_bytes(999'700), "1.0 MB");
}

TEST(bars, rates_have_the_unit_that_suits_them) {
  EXPECT_EQ(short_rate(12345.6), "12,346/s");
  EXPECT_EQ(short_rate(99.9), "100/s");
  EXPECT_EQ(short_rate(2.5), "2.5/s");
  EXPECT_EQ(short_rate(1.0 / 60), "1/min");
  EXPECT_EQ(short_rate(1.0 / 120), "30/h");
  EXPECT_EQ(short_rate(1.0 / 86400), "1/day");
  EXPECT_EQ(short_rate(0.25 / 86400), "0.25/day");
}

TEST(palette, draws_nothing_where_there_are_no_colours) {
  std::string text;
  palette(false).paint(text, role::bad, "a");
  EXPECT_EQ(text, "a");
  palette(true).paint(text, role::plain, "b");
  EXPECT_EQ(text, "ab");
  palette(true).paint(text, role::bad, "c");
  EXPECT_EQ(text, "ab\x1b[31mc\x1b[0m");
}

class colors : public ::testing::Test {
 protected:
  void SetUp() override { clear(); }
  void TearDown() override { clear(); }
  static void set(const char* name, const char* value) { ::setenv(name, value, 1); }

 private:
  static void clear() {
    for (const auto* name : {"NO_COLOR", "CLICOLOR_FORCE", "TERM"}) ::unsetenv(name);
  }
};

TEST_F(colors, follow_the_terminal) {
  EXPECT_TRUE(wants_colors(color_choice::automatic, true));
  EXPECT_FALSE(wants_colors(color_choice::automatic, false));
  set("TERM", "dumb");
  EXPECT_FALSE(wants_colors(color_choice::automatic, true));
}

TEST_F(colors, follow_the_environment_before_the_terminal) {
  set("CLICOLOR_FORCE", "0");
  EXPECT_FALSE(wants_colors(color_choice::automatic, false));
  set("CLICOLOR_FORCE", "1");
  EXPECT_TRUE(wants_colors(color_choice::automatic, false));
  set("NO_COLOR", "1");
  EXPECT_FALSE(wants_colors(color_choice::automatic, false));
  EXPECT_FALSE(wants_colors(color_choice::automatic, true));
}

TEST_F(colors, follow_the_command_line_before_all) {
  set("NO_COLOR", "1");
  EXPECT_TRUE(wants_colors(color_choice::always, false));
  set("CLICOLOR_FORCE", "1");
  EXPECT_FALSE(wants_colors(color_choice::never, true));
}

TEST(failures, each_has_its_exit_code) {
  EXPECT_EQ(explain(usage_error("a")).code, exit_code::usage);
  EXPECT_EQ(explain(error(errc::storage_corrupt, "a")).code, exit_code::location);
  EXPECT_EQ(explain(file_error("a")).code, exit_code::file);
  EXPECT_EQ(explain(refused_line_error("a")).code, exit_code::refused_line);
  EXPECT_EQ(explain(broken_pipe_error()).code, exit_code::broken_pipe);
  EXPECT_EQ(explain(broken_pipe_error()).sentence, "");
  EXPECT_EQ(explain(std::logic_error("a")).code, exit_code::fault);
}

TEST(failures, are_shown_without_what_a_terminal_would_obey) {
  EXPECT_EQ(explain(usage_error("no \x1b[2J.db\n")).sentence, "no \\u001b[2J.db\\u000a");
}

}  // namespace
}  // namespace messagebus::tool
