// How far long work has come, on screens of any width.

#include "progress.hpp"

#include <chrono>
#include <string>
#include <thread>

#include "memory_fixture.hpp"
#include "shown_text.hpp"

namespace messagebus::tool {
namespace {

class progress_test : public memory_fixture {
 protected:
  /// What stands in the line after a third of 300,000 messages.
  std::string drawn_in(std::size_t columns) {
    around().err_screen = {.is_terminal = true, .has_colors = false, .columns = columns};
    progress bar(around(), "examining", 300'000);
    std::this_thread::sleep_for(std::chrono::milliseconds(510));  // nothing is drawn before
    bar.show(100'000);
    const std::string text = take_err();
    EXPECT_TRUE(text.starts_with('\r')) << text;
    bar.hide();
    take_err();
    return text.substr(1);
  }
};

TEST_F(progress_test, shows_bar_share_and_count) {
  EXPECT_EQ(drawn_in(80), "examining ████████                  33 % 100,000");
}

TEST_F(progress_test, is_never_longer_than_a_narrow_screen) {
  EXPECT_EQ(drawn_in(20), "examining   33 % ");
  EXPECT_LE(columns_of(drawn_in(34)), 34U);
}

TEST_F(progress_test, shows_nothing_where_there_is_no_terminal) {
  progress bar(around(), "examining", 300'000);
  bar.show_label();
  EXPECT_EQ(take_err(), "");
}

}  // namespace
}  // namespace messagebus::tool
