#include "follow_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "memory_fixture.hpp"

namespace messagebus::tool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class follow_command : public memory_fixture {
 protected:
  // Ends by `view.count`, or when `stop` is requested.
  std::string follow(const follow_view& view, log_query query = {},
                     exit_code expected = exit_code::ok) {
    EXPECT_EQ(follow_log(log(), std::move(query), view, around()), expected);
    return take_out();
  }
  static auto lines(const std::string& text) { return std::ranges::count(text, '\n'); }
};

TEST_F(follow_command, E5_shows_what_is_there_and_what_comes_each_once) {
  sample_log before;
  for (int i = 0; i < 300; ++i) before.command("before");
  write(before);
  std::jthread writer([&] {
    for (int i = 0; i < 20; ++i) {
      std::this_thread::sleep_for(1ms);
      sample_log later;
      later.command("later");
      write(later);
    }
  });
  const auto text = follow({.count = 320, .json = true});
  ASSERT_EQ(lines(text), 320);
  std::istringstream stream(text);
  std::int64_t expected = 0;
  for (std::string line; std::getline(stream, line);) {
    EXPECT_THAT(line, StartsWith("{\"position\":" + std::to_string(++expected) + ","));
  }
}

TEST_F(follow_command, begins_with_the_last_that_match) {
  sample_log sample;
  for (int i = 0; i < 700; ++i) sample.command(i % 2 == 0 ? "even" : "odd");
  write(sample);
  const auto text = follow({.last = 2, .count = 2, .json = true}, {.names = {"odd"}});
  EXPECT_THAT(text, StartsWith(R"({"position":698,)"));
  EXPECT_THAT(text, HasSubstr(R"({"position":700,)"));
}

TEST_F(follow_command, may_begin_with_nothing_but_what_comes) {
  sample_log before;
  before.command("before");
  write(before);
  // More than one, as it may begin late to follow.
  std::jthread writer([&](const std::stop_token& enough) {
    while (!enough.stop_requested()) {
      std::this_thread::sleep_for(20ms);
      sample_log later;
      later.command("later");
      write(later);
    }
  });
  EXPECT_THAT(follow({.last = 0, .count = 1, .json = true}), HasSubstr(R"("name":"later")"));
}

TEST_F(follow_command, ends_where_the_query_ends) {
  sample_log sample;
  for (int i = 0; i < 5; ++i) sample.command("a");
  write(sample);
  EXPECT_EQ(lines(follow({.json = true}, {.up_to = position{3}})), 3);
}

// Answers now and then.
class log_that_is_away : public message_log {
 public:
  explicit log_that_is_away(message_log& log) : log_(log) {}

  task<> read_page(const log_query& query, log_page& page) override {
    if (++pages_ % 3 != 1)
      throw error(errc::storage_unavailable, "it is \x1b away", retry::may_help);
    return log_.read_page(query, page);
  }
  task<std::optional<recorded_message>> find(uuid message_id) override {
    return log_.find(message_id);
  }
  task<position> last_position() override { return log_.last_position(); }
  task<> wait_behind(position seen, std::stop_token stop) override {
    if (stop.stop_requested()) return log_.wait_behind(seen, std::move(stop));
    throw error(errc::storage_unavailable, "it has gone", retry::useless);
  }

 private:
  message_log& log_;
  int pages_ = 0;
};

TEST_F(follow_command, E5_outlasts_a_database_that_does_not_answer) {
  sample_log sample;
  for (int i = 0; i < 1200; ++i) sample.command("a");
  write(sample);
  log_that_is_away away(log());
  follow_view view{.count = 1200, .pause = 1ms, .json = true};
  EXPECT_EQ(follow_log(away, {}, view, around()), exit_code::ok);
  const auto text = take_out();
  EXPECT_EQ(lines(text), 1200);
  EXPECT_THAT(text, HasSubstr(R"({"position":1200,)"));
  const auto told = take_err();
  EXPECT_THAT(told, StartsWith("messagebus: it is \\u001b away\nmessagebus: waiting"));
  EXPECT_LE(lines(told), 2 * 5) << "once an absence: " << told;
  view.count.reset();
  EXPECT_THROW(follow_log(away, {}, view, around()), error) << "waiting helps nobody";
}

TEST_F(follow_command, E5_says_that_it_begins_ahead_of_the_log) {
  sample_log before;
  before.command("before");
  write(before);
  follow({}, {.after = position{1}, .up_to = position{1}});
  EXPECT_EQ(take_err(), "");
  follow({}, {.after = position{3}, .up_to = position{3}});
  EXPECT_THAT(take_err(), StartsWith("messagebus: the log ends at position 1, and what comes up to "
                                     "3 is passed over"));
}

TEST_F(follow_command, is_told_to_stop_while_it_waits) {
  std::jthread stopper([&] {
    std::this_thread::sleep_for(20ms);
    stop().request_stop();
  });
  EXPECT_EQ(follow({}, {}, exit_code::interrupted), "");
}

}  // namespace
}  // namespace messagebus::tool
