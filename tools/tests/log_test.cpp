#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <messagebus/domain/error.hpp>
#include <optional>
#include <stop_token>

#include "log_command.hpp"
#include "memory_fixture.hpp"
#include "message_lines.hpp"
#include "message_record.hpp"

namespace messagebus::tool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// As one of PostgreSQL, behind whose newest message a transaction holds a position.
class held_up_log final : public message_log {
 public:
  explicit held_up_log(memory::log& log) : log_(log) {}

  task<> read_page(const log_query& query, log_page& page) override {
    const auto newest = co_await log_.last_position();
    const bool is_held_up = query.up_to.value_or(position{77}) > newest;
    EXPECT_FALSE(is_held_up) << "it would wait";
    if (is_held_up) throw error(errc::busy, "it would wait");
    co_await log_.read_page(query, page);
  }
  task<std::optional<recorded_message>> find(uuid message_id) override {
    return log_.find(message_id);
  }
  task<position> last_position() override { return log_.last_position(); }
  task<> wait_behind(position /*seen*/, std::stop_token /*stop*/) override { return {}; }

 private:
  memory::log& log_;
};

class log_command : public memory_fixture {
 protected:
  std::string show(log_query query = {}, const log_view& view = {}) {
    EXPECT_EQ(show_log(log(), std::move(query), view, around()), exit_code::ok);
    return take_out();
  }
};

TEST_F(log_command, shows_a_message_a_line_with_its_cause) {
  sample_log sample;
  const auto command = sample.command("register_book");
  const auto event = sample.event("book_registered", command);
  write(sample);
  EXPECT_EQ(show(),
            "      2025-12-22 UTC\n"
            "   1  10:11:12.123456  register_book v1        " +
                short_id(command.message_id) +
                "  ⟵ (outside)\n"
                "   2  10:11:12.124456  book_registered v1 ↗    " +
                short_id(event.message_id) + "  ⟵ 1\n");
}

TEST_F(log_command, shows_the_date_when_the_day_changes) {
  sample_log sample;
  sample.command("register_book");
  sample.let_pass(24h);
  sample.command("register_book");
  write(sample);
  const auto text = show();
  EXPECT_THAT(text, HasSubstr("2025-12-22 UTC\n   1"));
  EXPECT_THAT(text, HasSubstr("2025-12-23 UTC\n   2"));
}

TEST_F(log_command, tells_a_cause_that_is_not_in_this_log) {
  sample_log sample;
  sample.command("register_book");
  sample.last().causation_id = uuid::parse("0198c0de-7b1a-7000-8000-0123456789ab");
  write(sample);
  EXPECT_THAT(show(), HasSubstr("⟵ 0198c0de…89ab (outside)"));
}

TEST_F(log_command, finds_causes_that_the_filters_leave_out) {
  sample_log sample;
  sample.event("book_registered", recorded_message(sample.command("register_book")));
  write(sample);
  EXPECT_THAT(show({.names = {"book_registered"}}), HasSubstr("⟵ 1\n"));
}

TEST_F(log_command, shows_the_first_or_the_last_that_match) {
  sample_log sample;
  for (int i = 0; i < 700; ++i) {
    sample.command(i % 2 == 0 ? "even" : "odd", R"({"i":)" + std::to_string(i) + "}");
  }
  write(sample);
  const auto first = show({.names = {"odd"}}, {.first = 2, .with_payload = true});
  EXPECT_THAT(first, HasSubstr(R"({"i":1})"));
  EXPECT_THAT(first, HasSubstr(R"({"i":3})"));
  EXPECT_THAT(first, Not(HasSubstr(R"({"i":5})")));
  const auto last = show({.names = {"odd"}}, {.last = 2, .with_payload = true});
  EXPECT_THAT(last, Not(HasSubstr(R"({"i":695})")));
  EXPECT_THAT(last, HasSubstr(R"({"i":697})"));
  EXPECT_THAT(last, HasSubstr(R"({"i":699})"));
  const auto many = show({.after = position{100}, .names = {"odd"}}, {.last = 290, .json = true});
  EXPECT_EQ(std::ranges::count(many, '\n'), 290);
  EXPECT_THAT(many, StartsWith(R"({"position":122,)"));
  EXPECT_EQ(std::ranges::count(show({}, {.last = 5000, .json = true}), '\n'), 700);
  EXPECT_EQ(show({}, {.last = 0}), "");
  EXPECT_EQ(show({}, {.first = 0}), "");
}

TEST_F(log_command, writes_records_as_json) {
  sample_log sample;
  sample.command("register_book", R"({ "spaced": 1 })");
  write(sample);
  auto expected = sample.at(0);
  expected.position = position{1};
  EXPECT_EQ(parse_record(show({}, {.json = true})), expected);
}

TEST_F(log_command, shows_nothing_that_a_terminal_would_obey) {
  sample_log sample;
  sample.command("evil\x1b[2J", "{\"a\":\"\u009b31m\"}");
  write(sample);
  const auto text = show({}, {.with_payload = true});
  EXPECT_THAT(text, HasSubstr("evil\\u001b[2J v1"));
  EXPECT_THAT(text, HasSubstr(R"({"a":"\u009b31m"})"));
  around().out_screen.is_terminal = true;
  EXPECT_THAT(show({}, {.json = true}), HasSubstr(R"({"a":"\u009b31m"})"));
  around().out_screen.is_terminal = false;
  EXPECT_THAT(show({}, {.json = true}), HasSubstr("{\"a\":\"\u009b31m\"}"));
}

TEST_F(log_command, shows_messages_without_a_date) {
  sample_log sample;
  sample.command("register_book");
  sample.last().created_at = timestamp::min();
  write(sample);
  EXPECT_THAT(show(), HasSubstr("      no date\n   1  --:--:--.------  register_book v1"));
}

TEST_F(log_command, aligns_names_of_any_script) {
  sample_log sample;
  sample.command("a");
  sample.command("日本");
  sample.command("a_name_that_is_longer_than_the_column_allows_for_it");
  write(sample);
  const auto text = show();
  EXPECT_THAT(text, HasSubstr("  a v1                    " + short_id(sample.at(0).message_id)));
  EXPECT_THAT(text, HasSubstr("  日本 v1                 " + short_id(sample.at(1).message_id)));
  EXPECT_THAT(text, HasSubstr("_for_it v1  " + short_id(sample.at(2).message_id)));
}

TEST_F(log_command, stops_when_it_is_told_to) {
  stop().request_stop();
  for (const log_view& view : {log_view{}, log_view{.last = 3}}) {
    EXPECT_EQ(show_log(log(), {}, view, around()), exit_code::interrupted);
  }
}

TEST_F(log_command, waits_for_nothing_behind_what_is_there_when_it_begins) {
  sample_log sample;
  for (int i = 0; i < 3; ++i) sample.command("register_book");
  write(sample);
  held_up_log held_up(log());
  for (const log_view& view : {log_view{}, log_view{.last = 2}, log_view{.first = 9}}) {
    EXPECT_EQ(show_log(held_up, {}, view, around()), exit_code::ok);
  }
  EXPECT_EQ(show_log(held_up, {.up_to = position{99}}, {.last = 2}, around()), exit_code::ok);
}

}  // namespace
}  // namespace messagebus::tool
