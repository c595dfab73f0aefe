#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <messagebus/testing/counting.hpp>
#include <messagebus/testing/print_messages.hpp>
#include <optional>
#include <vector>

namespace messagebus::testing {
namespace {

using ::testing::PrintToString;

TEST(print_messages, M4_failures_of_tests_show_messages_and_models) {
  EXPECT_EQ(PrintToString(counted{"a", 5}), "<counted name='a' value=5>");
  EXPECT_EQ(PrintToString(envelope<counted>{{}, {"a", 5}}), "<counted name='a' value=5>");
  counter raiser{"a"};
  raiser.messages.add(counted{"a", 5});
  EXPECT_EQ(PrintToString(raiser),
            "<counter name='a' value=0 message=[<counted name='a' value=5>]>");
  EXPECT_EQ(PrintToString(*raiser.messages.begin()), "<counted name='a' value=5>");
}

TEST(print_messages, M4_also_within_containers) {
  EXPECT_EQ(PrintToString(std::vector<counter_added>{{"a"}, {"b"}}),
            "{ <counter_added name='a'>, <counter_added name='b'> }");
  EXPECT_EQ(PrintToString(std::optional(counter_added{"a"})), "(<counter_added name='a'>)");
}

TEST(print_messages, M4_a_failed_comparison_shows_both) {
  EXPECT_NONFATAL_FAILURE(EXPECT_EQ(counter_added{"a"}, counter_added{"b"}),
                          "<counter_added name='a'>");
  EXPECT_NONFATAL_FAILURE(EXPECT_EQ(counter_added{"a"}, counter_added{"b"}),
                          "<counter_added name='b'>");
}

}  // namespace
}  // namespace messagebus::testing
