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
  std::jthread writer([&] {
    std::this_thread::sleep_for(20ms);
    sample_log later;
    later.command("later");
    write(later);
  });
  EXPECT_THAT(follow({.last = 0, .count = 1, .json = true}), StartsWith(R"({"position":2,)"));
}

TEST_F(follow_command, ends_where_the_query_ends) {
  sample_log sample;
  for (int i = 0; i < 5; ++i) sample.command("a");
  write(sample);
  EXPECT_EQ(lines(follow({.json = true}, {.up_to = position{3}})), 3);
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
