#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "codec_types.hpp"

namespace {

using namespace codec_tests;
using messagebus::encode_error;
using messagebus::errc;
using messagebus::codec::decode;
using messagebus::codec::encode;
using messagebus::codec::encode_limits;
using messagebus::codec::encode_lossy;
using testing::HasSubstr;
using testing::StartsWith;

template <class T>
std::string error_of(const T& value, const encode_limits& limits = {}) {
  std::string out = "before";
  try {
    encode(value, out, limits);
  } catch (const encode_error& failure) {
    EXPECT_EQ(out, "before") << "something half-written is left";
    return failure.what();
  }
  return "no error";
}

template <class T>
std::string lossy(const T& value) {
  std::string out;
  encode_lossy(value, out);
  return out;
}

TEST(codec_encode, fields_come_in_the_order_of_declaration_with_inherited_ones_first) {
  book value;
  value.id = *messagebus::uuid::parse("018f6f0e-7b1a-7000-8000-0123456789ab");
  value.title = "a\n\"é";
  value.ratings = {{3, "good"}, {4, {}}};
  const std::string text =
      R"({"id":"018f6f0e-7b1a-7000-8000-0123456789ab","created_at":"1970-01-01T00:00:00+00:00",)"
      R"("isbn":"","title":"a\n\"é",)"
      R"("ratings":[{"value":3,"comment":"good"},{"value":4,"comment":null}]})";
  EXPECT_EQ(encode(value), text);
  EXPECT_EQ(decode<book>(text), value);
}

TEST(codec_encode, each_kind_of_value_has_one_form) {
  EXPECT_EQ(encode(genre::poetry), R"("poetry")");
  EXPECT_EQ(encode(balance::overdrawn), R"("overdrawn")");
  EXPECT_EQ(encode(true), "true");
  EXPECT_EQ(encode(0.1), "0.1");
  EXPECT_EQ(encode(0.1F), "0.1");
  EXPECT_EQ(encode(1e300), "1e+300");
  EXPECT_EQ(encode(std::chrono::seconds(90)), "90");
  EXPECT_EQ(encode(std::vector{std::byte{0xfb}, std::byte{0xff}}), R"("+/8=")");
  EXPECT_EQ(encode(std::vector<std::byte>{}), R"("")");
  EXPECT_EQ(encode(std::vector{true, false}), "[true,false]");
  EXPECT_EQ(encode(std::pair(1, std::string("a"))), R"([1,"a"])");
  EXPECT_EQ(encode(std::map<int, int>{{-1, 2}}), R"({"-1":2})");
  EXPECT_EQ(encode(std::map<genre, int>{{genre::essay, 2}}), R"({"essay":2})");
  EXPECT_EQ(encode(choice(std::monostate{})), R"({"null":null})");
  EXPECT_EQ(encode(choice(rating{3, {}})), R"({"rating":{"value":3,"comment":null}})");
  EXPECT_EQ(encode(money{5}), R"("5 cents")");
  EXPECT_EQ(encode(std::string_view("view")), R"("view")");
}

TEST(codec_encode, only_what_must_be_escaped_is) {
  EXPECT_EQ(encode(std::string("\"\\/\b\f\n\r\t\x01\x1f\x7f é€😀")),
            "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f é€😀\"");
  EXPECT_EQ(encode(std::string(2, '\0')), R"("\u0000\u0000")");
}

TEST(codec_encode, appends_to_what_is_there) {
  std::string out = "payload=";
  encode(rating{1, {}}, out);
  EXPECT_EQ(out, R"(payload={"value":1,"comment":null})");
}

struct wide {
  std::string a_name_that_is_longer_than_the_block_in_which_the_names_of_fields_are_kept;
  std::string b;
  bool operator==(const wide&) const = default;
};
BOOST_DESCRIBE_STRUCT(wide, (),
                      (a_name_that_is_longer_than_the_block_in_which_the_names_of_fields_are_kept,
                       b))

TEST(codec_encode, names_of_fields_may_be_long) {
  const wide value{"x", "y"};
  EXPECT_EQ(encode(value), R"({"a_name_that_is_longer_than_the_block_in_which_the_names_of_fields_)"
                           R"(are_kept":"x","b":"y"})");
  EXPECT_EQ(decode<wide>(encode(value)), value);
}

TEST(codec_encode, texts_of_every_length_come_whole_over_the_ends_of_blocks) {
  for (std::size_t bytes = 0; bytes < 2100; bytes += 1 + bytes / 50) {
    std::vector<std::string> texts{std::string(bytes, 'x'), std::string(bytes, '\n'), "end"};
    EXPECT_EQ(decode<std::vector<std::string>>(encode(texts)), texts);
  }
}

TEST(codec_encode, text_that_is_not_utf8_is_refused_with_its_path) {
  tree root{"r", {tree{"ok", {}}, tree{"bad \xff", {}}}};
  EXPECT_EQ(
      error_of(root),
      "$.branches[1].name: text is not UTF-8: byte 255 at position 4 of \"bad \xef\xbf\xbd\"");
  EXPECT_THAT(error_of(std::map<std::string, int>{{"\xc3", 1}}), HasSubstr("text is not UTF-8"));
}

TEST(codec_encode, numbers_that_json_does_not_have_are_refused) {
  using limits = std::numeric_limits<double>;
  EXPECT_EQ(error_of(std::vector{1.0, limits::quiet_NaN()}),
            "$[1]: nan is a number that JSON does not have");
  EXPECT_EQ(error_of(-limits::infinity()), "$: -inf is a number that JSON does not have");
  EXPECT_EQ(error_of(std::numeric_limits<float>::infinity()),
            "$: inf is a number that JSON does not have");
}

TEST(codec_encode, an_enum_without_a_name_is_refused) {
  EXPECT_EQ(error_of(static_cast<genre>(9)),
            R"($: the value 9 of an enum has no name; expected one of "novel", "essay", "poetry")");
  EXPECT_THAT(error_of(std::map<genre, int>{{static_cast<genre>(9), 1}}), HasSubstr("value 9"));
  EXPECT_THAT(error_of(static_cast<balance>(-2)), HasSubstr("the value -2 of an enum"));
}

TEST(codec_encode, a_timestamp_outside_the_calendar_is_refused) {
  EXPECT_EQ(error_of(std::optional(messagebus::timestamp::max())),
            "$: a timestamp outside the years 1 to 9999: 9223372036854775807 microseconds since "
            "1970");
}

TEST(codec_encode, what_a_type_of_ones_own_throws_comes_with_its_path) {
  EXPECT_EQ(error_of(std::vector{money{1}, money{-1}}), "$[1]: an amount is never negative");
}

TEST(codec_encode, raw_json_that_is_none_is_refused) {
  const std::vector<messagebus::codec::raw_json> values{{"1"}, {"[1,"}};
  EXPECT_EQ(error_of(values),
            "$[1]: the text of a raw_json is not JSON: $: not valid JSON at byte 3: the text ends "
            "too early");
  EXPECT_THAT(error_of(messagebus::codec::raw_json{}), HasSubstr("found an empty text"));
  EXPECT_THAT(error_of(messagebus::codec::raw_json{"1,2"}), HasSubstr("not JSON"));
}

TEST(codec_encode, what_a_type_of_ones_own_is_written_as_is_told_by_one_path) {
  EXPECT_EQ(error_of(std::vector{label{"ok"}, label{"\xff"}}),
            "$[1]: text is not UTF-8: byte 255 at position 0 of \"\xef\xbf\xbd\"");
}

TEST(codec_encode, the_limit_of_length_counts_what_is_appended) {
  EXPECT_EQ(error_of(std::string(10, 'x'), {.bytes_max = 12}), "no error");
  EXPECT_EQ(
      error_of(std::string(11, 'x'), {.bytes_max = 12}),
      "$: the JSON text is longer than the limit of 12 bytes: raise encode_limits::bytes_max");
  EXPECT_THAT(error_of(std::vector<int>(100'000), {.bytes_max = 1000}), HasSubstr("1000 bytes"));
}

TEST(codec_encode, the_limit_of_depth_is_told_with_the_path) {
  tree root{"leaf", {}};
  for (int i = 0; i < 3; ++i) root = {"branch", {root}};
  EXPECT_EQ(error_of(root, {.depth_max = 8}), "no error");
  EXPECT_EQ(error_of(root, {.depth_max = 7}),
            "$.branches[0].branches[0].branches[0].branches: nested more deeply than the limit of "
            "7: raise encode_limits::depth_max (at most 1024)");
  const messagebus::codec::raw_json raw{"[[1]]"};
  EXPECT_EQ(error_of(std::vector{raw}, {.depth_max = 3}), "no error");
  EXPECT_THAT(error_of(std::vector{raw}, {.depth_max = 2}), StartsWith("$[0]: "));
}

TEST(codec_encode, errors_of_limits_have_their_own_code) {
  try {
    encode(std::vector<int>{}, encode_limits{.depth_max = 0});
    FAIL() << "nothing was thrown";
  } catch (const encode_error& failure) {
    EXPECT_EQ(failure.code(), make_error_code(errc::limit_exceeded));
  }
  try {
    encode(std::string("abc"), encode_limits{.bytes_max = 1});
    FAIL() << "nothing was thrown";
  } catch (const encode_error& failure) {
    EXPECT_EQ(failure.code(), make_error_code(errc::limit_exceeded));
  }
}

TEST(codec_encode, for_people_everything_is_shown_somehow) {
  EXPECT_EQ(lossy(std::string("bad \xff!")), "\"bad \xef\xbf\xbd!\"");
  EXPECT_EQ(lossy(std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_EQ(lossy(static_cast<genre>(9)), "9");
  EXPECT_EQ(lossy(static_cast<balance>(-2)), "-2");
  EXPECT_EQ(lossy(messagebus::timestamp(std::chrono::microseconds(-62135596800000001))),
            "-62135596800000001");
  EXPECT_EQ(lossy(money{-1}), R"("an amount is never negative")");
  EXPECT_EQ(lossy(messagebus::codec::raw_json{"[1,"}), R"("[1,")");
}

TEST(codec_encode, json_faults_are_told_without_an_exception) {
  using messagebus::codec::json_fault;
  EXPECT_EQ(json_fault("{}"), std::nullopt);
  EXPECT_EQ(json_fault("[1 "), "$: not valid JSON at byte 3: the text ends too early");
  EXPECT_FALSE(messagebus::codec::is_valid_json(""));
}

}  // namespace
