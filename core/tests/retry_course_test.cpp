#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <messagebus/service/retry_course.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace messagebus::detail {
namespace {

using namespace std::chrono_literals;

std::exception_ptr thrown(const auto& failed) {
  return std::make_exception_ptr(failed);
}

const auto conflict = thrown(error(errc::conflict, "another was faster", retry::may_help));
const auto refused = thrown(error(errc::constraint, "there is one already"));
const auto unknown = thrown(commit_outcome_unknown_error("the line went dead"));
const auto of_the_application = thrown(std::runtime_error("no such book"));
const auto not_asked = thrown(error(errc::storage_unavailable, "nobody answers", retry::may_help));

/// What the caller hears at the end.
std::string told_at_the_end(const retry_course& course, const std::exception_ptr& failed,
                            const std::exception_ptr& asking) {
  try {
    course.give_up(failed, asking);
  } catch (const commit_outcome_unknown_error& told) {
    return std::string("unknown: ") + told.what();
  } catch (const std::exception& told) {
    return told.what();
  }
}

class retry_course_test : public ::testing::Test {
 protected:
  std::vector<int> told;
  retry_options options{.attempts_max = 3,
                        .on_retry = [this](int attempt, const error&) { told.push_back(attempt); }};
  retry_course course{options};
};

TEST_F(retry_course_test, what_may_help_is_tried_as_often_as_allowed) {
  EXPECT_TRUE(course.goes_on_after(conflict));
  EXPECT_TRUE(course.goes_on_after(conflict));
  EXPECT_FALSE(course.goes_on_after(conflict));
  EXPECT_EQ(told, (std::vector<int>{1, 2})) << "only of what is followed by another attempt";
  EXPECT_FALSE(course.has_to_ask());
  EXPECT_EQ(told_at_the_end(course, conflict, nullptr), "another was faster");
}

TEST_F(retry_course_test, what_cannot_help_is_not_tried) {
  EXPECT_FALSE(course.goes_on_after(refused));
  EXPECT_FALSE(course.goes_on_after(of_the_application));
  EXPECT_FALSE(course.goes_on_after(thrown(7)));
  EXPECT_EQ(told, std::vector<int>{});
}

TEST_F(retry_course_test, T9_an_unknown_outcome_is_asked_for_ever_after) {
  EXPECT_TRUE(course.goes_on_after(unknown));
  EXPECT_TRUE(course.has_to_ask());
  EXPECT_TRUE(course.was_last_unknown());
  EXPECT_FALSE(course.goes_on_after(refused));
  EXPECT_TRUE(course.has_to_ask()) << "the first commit may still arrive";
  EXPECT_FALSE(course.was_last_unknown());
}

TEST_F(retry_course_test, T9_whatever_the_last_attempt_failed_of_the_caller_hears_of_the_unknown) {
  course.goes_on_after(unknown);
  EXPECT_EQ(told_at_the_end(course, unknown, nullptr), "unknown: the line went dead");
  EXPECT_NE(told_at_the_end(course, unknown, not_asked).find("nobody answers"), std::string::npos);
  course.goes_on_after(refused);
  const auto heard = told_at_the_end(course, refused, nullptr);
  EXPECT_EQ(heard.rfind("unknown: ", 0), 0U) << heard;
  EXPECT_NE(heard.find("there is one already"), std::string::npos) << heard;
}

TEST_F(retry_course_test, T9_the_next_attempt_may_find_out_only_what_is_worth_another_try) {
  EXPECT_TRUE(retry_course::may_go_on_unasked(nullptr));
  EXPECT_TRUE(retry_course::may_go_on_unasked(not_asked));
  EXPECT_FALSE(retry_course::may_go_on_unasked(thrown(usage_error("no log to ask"))));
  EXPECT_FALSE(retry_course::may_go_on_unasked(of_the_application));
}

TEST_F(retry_course_test, pauses_double_up_to_the_longest_and_are_cut_short_by_half_at_most) {
  options = {.attempts_max = 100, .pause_first = 10ms, .pause_longest = 35ms};
  for (const auto longest : {10ms, 20ms, 35ms, 35ms}) {
    course.goes_on_after(conflict);
    for (int i = 0; i < 20; ++i) {
      const auto pause = course.pause();
      EXPECT_GE(pause, std::chrono::microseconds(longest) / 2);
      EXPECT_LE(pause, longest);
    }
  }
  for (int i = 0; i < 90; ++i) course.goes_on_after(conflict);
  EXPECT_LE(course.pause(), 35ms) << "many doublings overflow nothing";
  options.pause_longest = options.pause_first = std::chrono::milliseconds::max();
  EXPECT_GE(course.pause(), 24h) << "the longest of all overflows nothing";
}

}  // namespace
}  // namespace messagebus::detail
