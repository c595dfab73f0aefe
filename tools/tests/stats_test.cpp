#include "stats_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memory_fixture.hpp"
#include "shown_text.hpp"

namespace messagebus::tool {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class stats_command : public memory_fixture {
 protected:
  std::string stats(const stats_view& view = {}, const log_query& query = {}) {
    EXPECT_EQ(show_stats(log(), query, view, around()), exit_code::ok);
    return take_out();
  }

  // Four registrations of one reviewer each, a minute apart.
  void write_club() {
    sample_log sample;
    for (int i = 0; i < 4; ++i) {
      const auto command = sample.command("register_book", R"({"id":"abc"})");
      sample.event("book_registered", command, R"({"id":"a"})");
      if (i == 0) sample.command("create_reviewer", "{}");
      sample.let_pass(60s - (i == 0 ? 3ms : 2ms));
    }
    write(sample);
  }
};

std::size_t columns_of_longest(const std::string& text) {
  std::istringstream stream(text);
  std::size_t most = 0;
  for (std::string line; std::getline(stream, line);) most = std::max(most, columns_of(line));
  return most;
}

TEST_F(stats_command, counts_by_name_and_version_with_bars) {
  write_club();
  const std::string heading =
      "                      count                 bytes     rate  first (UTC)          last "
      "(UTC)\n";
  const std::string table =
      "book_registered v1 ↗      4  █████████████   48 B    1/min  2025-12-22 10:11:12  2025-12-22 "
      "10:14:12\n"
      "register_book v1          4  █████████████   56 B    1/min  2025-12-22 10:11:12  2025-12-22 "
      "10:14:12\n"
      "create_reviewer v1        1  ███▎             4 B        —  2025-12-22 10:11:12  2025-12-22 "
      "10:11:12\n"
      "total                     9                 108 B  2.7/min  2025-12-22 10:11:12  2025-12-22 "
      "10:14:12\n";
  EXPECT_EQ(stats(),
            heading + table +
                "4 published; 5 from outside, the others caused by them; positions 1 to 9\n");
}

TEST_F(stats_command, leaves_columns_out_and_cuts_names_where_the_screen_is_narrow) {
  write_club();
  for (std::size_t columns = 20; columns <= 200; ++columns) {
    around().out_screen.columns = columns;
    const auto text = stats();
    const auto table = text.substr(0, text.find(" published;"));
    EXPECT_LE(columns_of_longest(table.substr(0, table.rfind('\n'))), columns) << text;
    EXPECT_THAT(table, HasSubstr("\ntotal"));
  }
  around().out_screen.columns = 20;
  EXPECT_THAT(stats(), AllOf(HasSubstr("book_registe…"), Not(HasSubstr("█"))));
}

TEST_F(stats_command, sorts_by_what_is_asked_for) {
  write_club();
  using enum statistics::sort_key;
  const auto first_of = [&](statistics::sort_key key) {
    const auto text = stats({.sort = key, .json = true});
    return text.substr(0, text.find(','));
  };
  EXPECT_EQ(first_of(count), R"({"name":"book_registered")");
  EXPECT_EQ(first_of(bytes), R"({"name":"register_book")");
  EXPECT_EQ(first_of(name), R"({"name":"book_registered")");
  EXPECT_EQ(first_of(first), R"({"name":"register_book")");
  EXPECT_EQ(first_of(last), R"({"name":"book_registered")");
}

TEST_F(stats_command, writes_a_type_a_line_as_json) {
  write_club();
  EXPECT_THAT(
      stats({.json = true}),
      HasSubstr(
          R"({"name":"register_book","schema_version":1,"kind":"command","count":4,)"
          R"("published":0,"bytes":56,"first":"2025-12-22T10:11:12.123456+00:00",)"
          R"("last":"2025-12-22T10:14:12.123456+00:00","rate_per_second":0.016666666666666666,)"
          R"("first_position":1,"last_position":8})"
          "\n"));
  EXPECT_THAT(stats({.json = true}), HasSubstr(R"("rate_per_second":null)"));
}

TEST_F(stats_command, counts_what_the_filters_leave) {
  write_club();
  const auto text = stats({}, {.kind = message_kind::event});
  EXPECT_THAT(text, AllOf(HasSubstr("book_registered"), Not(HasSubstr("register_book v1"))));
  EXPECT_THAT(text, HasSubstr("4 published; 0 from outside"));
  EXPECT_THAT(stats({}, {.after = position{7}}), Not(HasSubstr("create_reviewer")));
}

TEST_F(stats_command, an_empty_log_has_no_messages) {
  EXPECT_EQ(stats(), "no messages\n");
  EXPECT_EQ(stats({.json = true}), "");
}

TEST_F(stats_command, shows_nothing_that_a_terminal_would_obey) {
  sample_log sample;
  sample.command("evil\x1b[2J\xff");
  write(sample);
  EXPECT_THAT(stats(), HasSubstr("evil\\u001b[2J\\xff v1"));
  EXPECT_THAT(stats({.json = true}), Not(HasSubstr("\x1b")));
}

TEST(statistics, types_have_a_limit) {
  statistics counted;
  sample_log sample;
  auto message = recorded_message(sample.command("a"));
  for (std::size_t i = 0; i < statistics::types_max; ++i) {
    message.schema_version = static_cast<int>(i + 1);
    counted.add(message);
  }
  counted.add(message);
  message.name = "b";
  EXPECT_THROW(counted.add(message), error);
}

TEST_F(stats_command, stops_when_it_is_told_to) {
  write_club();
  stop().request_stop();
  EXPECT_EQ(show_stats(log(), {}, {}, around()), exit_code::interrupted);
}

}  // namespace
}  // namespace messagebus::tool
