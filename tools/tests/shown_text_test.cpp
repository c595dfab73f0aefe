#include "shown_text.hpp"

#include <gtest/gtest.h>

#include <clocale>

namespace messagebus::tool {
namespace {

TEST(shown_text, what_a_terminal_would_obey_is_written_out) {
  EXPECT_EQ(shown("red \x1b[31m"), "red \\u001b[31m");
  EXPECT_EQ(shown("a\nb\rc\td"), "a\\u000ab\\u000dc\\u0009d");
  EXPECT_EQ(shown("\x7f"), "\\u007f");
  EXPECT_EQ(shown("csi \u009b2J"), "csi \\u009b2J");
  EXPECT_EQ(shown("right to left \u202e"), "right to left \\u202e");
}

TEST(shown_text, bytes_that_are_not_utf_8_are_written_out) {
  EXPECT_EQ(shown("\xff"), "\\xff");
  EXPECT_EQ(shown("\xc0\xaf"), "\\xc0\\xaf");           // overlong
  EXPECT_EQ(shown("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(shown("cut \xe6\x97"), "cut \\xe6\\x97");
  EXPECT_EQ(shown("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
}

TEST(shown_text, other_text_stays_as_it_is) {
  EXPECT_EQ(shown("Größe 日本 🙂"), "Größe 日本 🙂");
}

TEST(shown_text, wide_characters_take_two_columns_and_accents_none) {
  ASSERT_NE(std::setlocale(LC_CTYPE, "C.UTF-8"), nullptr);
  EXPECT_EQ(columns_of("abc"), 3U);
  EXPECT_EQ(columns_of("Größe"), 5U);
  EXPECT_EQ(columns_of("日本"), 4U);
  EXPECT_EQ(columns_of("e\u0301"), 1U);
  EXPECT_EQ(columns_of("\xff"), 1U);
}

}  // namespace
}  // namespace messagebus::tool
