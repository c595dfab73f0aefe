// What is wrong with a text is told by the path of the field, what was expected, and what was
// found.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec_types.hpp"

namespace {

using namespace codec_tests;
using messagebus::decode_error;
using messagebus::errc;
using messagebus::codec::decode;
using messagebus::codec::decode_limits;
using testing::HasSubstr;
using testing::StartsWith;

template <class T>
std::string error_of(std::string_view json, const decode_limits& limits = {}) {
  try {
    decode<T>(json, limits);
  } catch (const decode_error& failure) {
    EXPECT_EQ(failure.code() == make_error_code(errc::limit_exceeded),
              std::string_view(failure.what()).find("limit of") != std::string_view::npos);
    return failure.what();
  }
  return "no error";
}

TEST(codec_decode_error, a_wrong_type_names_path_expected_and_found) {
  EXPECT_EQ(error_of<rating>(R"({"value":"three"})"),
            R"($.value: expected an integer from 0 to 255, found a string "three")");
  EXPECT_EQ(error_of<rating>("[]"), "$: expected an object, found an array");
  EXPECT_EQ(error_of<int>("null"),
            "$: expected an integer from -2147483648 to 2147483647, found null");
  EXPECT_EQ(error_of<std::vector<int>>("{}"), "$: expected an array, found an object");
  EXPECT_EQ(error_of<std::string>("12"), "$: expected a string, found the number 12");
  EXPECT_EQ(error_of<bool>(R"("true")"), R"($: expected true or false, found a string "true")");
  EXPECT_EQ(error_of<bool>("0"), "$: expected true or false, found the number 0");
  EXPECT_EQ(error_of<double>("true"),
            "$: expected a number within the range of double, found true");
  using numbers_by_name = std::map<std::string, int>;
  EXPECT_EQ(error_of<numbers_by_name>("false"), "$: expected an object, found false");
  EXPECT_EQ(error_of<std::monostate>("0"), "$: expected null, found the number 0");
  EXPECT_EQ(error_of<std::optional<std::string>>("1"), "$: expected a string, found the number 1");
}

TEST(codec_decode_error, text_that_is_none_of_the_values_is_shown) {
  EXPECT_EQ(error_of<messagebus::uuid>(R"("018f6f0e")"),
            R"($: expected a UUID of 36 characters, found a string "018f6f0e")");
  EXPECT_EQ(error_of<messagebus::timestamp>(R"("2025-02-30T00:00:00Z")"),
            R"($: expected a timestamp such as "2025-12-22T10:11:12.123456+00:00", )"
            R"(found a string "2025-02-30T00:00:00Z")");
  EXPECT_EQ(error_of<genre>(R"("novels")"),
            R"($: expected one of "novel", "essay", "poetry", found a string "novels")");
  EXPECT_EQ(error_of<genre>("0"),
            R"($: expected one of "novel", "essay", "poetry", found the number 0)");
  for (const char* const bytes : {R"("A")", R"("AAA")", R"("A===")", R"("AB==")", R"("AA=A")",
                                  R"("AA A")", R"("AAAAA===")", R"("====")"}) {
    EXPECT_THAT(error_of<std::vector<std::byte>>(bytes),
                StartsWith("$: expected bytes as a string in base64, found a string"))
        << bytes;
  }
}

TEST(codec_decode_error, a_missing_field_is_named) {
  EXPECT_EQ(error_of<rating>("{}"),
            "$.value: the field is missing; expected an integer from 0 to 255");
  EXPECT_EQ(error_of<book>(R"({"id":"018f6f0e-7b1a-7000-8000-0123456789ab","isbn":"","title":""})"),
            "$.created_at: the field is missing; expected a timestamp such as "
            "\"2025-12-22T10:11:12.123456+00:00\"");
}

struct half {
  // NOLINTNEXTLINE(readability-isolate-declaration): as many as it takes
  int a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20,
      a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, a31;
};
BOOST_DESCRIBE_STRUCT(half, (),
                      (a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,
                       a17, a18, a19, a20, a21, a22, a23, a24, a25, a26, a27, a28, a29, a30, a31))

/// As many fields as a struct may have.
struct widest : half {
  // NOLINTNEXTLINE(readability-isolate-declaration)
  int b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16, b17, b18, b19, b20,
      b21, b22, b23, b24, b25, b26, b27, b28, b29, b30, b31;
};
BOOST_DESCRIBE_STRUCT(widest, (half),
                      (b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, b16,
                       b17, b18, b19, b20, b21, b22, b23, b24, b25, b26, b27, b28, b29, b30, b31))

TEST(codec_decode_error, each_missing_field_of_sixty_four_is_named) {
  const std::string whole = messagebus::codec::encode(widest{});
  EXPECT_EQ(error_of<widest>(whole), "no error");
  for (const char half : {'a', 'b'}) {
    for (int i = 0; i < 32; ++i) {
      const std::string name = half + std::to_string(i);
      std::string other = whole;
      other.replace(other.find("\"" + name + "\""), name.size() + 2, "\"x\"");
      EXPECT_THAT(error_of<widest>(other), StartsWith("$." + name + ": the field is missing"));
    }
  }
}

struct view {
  std::string_view text;
};
BOOST_DESCRIBE_STRUCT(view, (), (text))

TEST(codec_decode_error, a_string_view_cannot_be_read) {
  EXPECT_EQ(messagebus::codec::encode(view{"a"}), R"({"text":"a"})");
  EXPECT_EQ(error_of<view>(R"({"text":"a"})"),
            "$.text: a std::string_view can be written and not read: declare a std::string");
}

TEST(codec_decode_error, a_key_that_nobody_reads_is_a_string_too) {
  for (const char* const unknown : {R"({"value":1,"x":{"\ud800":1}})", R"({"value":1,"\q":1})"}) {
    EXPECT_THAT(error_of<rating>(unknown), HasSubstr("has an escape that JSON does not have"));
  }
}

TEST(codec_decode_error, a_long_text_is_cut_between_characters) {
  const std::string long_text = std::string(79, 'x') + "éy";
  EXPECT_EQ(
      error_of<bool>("\"" + long_text + "\""),
      "$: expected true or false, found a string \"" + std::string(79, 'x') + "\"… (82 bytes)");
}

TEST(codec_decode_error, a_field_or_key_that_comes_twice_is_named) {
  EXPECT_EQ(error_of<rating>(R"({"value":1,"value":1})"), "$.value: the field occurs twice");
  EXPECT_EQ(error_of<rating>(R"({"value":1,"\u0076alue":1})"), "$.value: the field occurs twice");
  using numbers_by_name = std::map<std::string, int>;
  EXPECT_EQ(error_of<numbers_by_name>(R"({"a\n":1,"a\u000a":2})"),
            R"($["a\n"]: the key occurs twice)");
}

TEST(codec_decode_error, the_path_goes_through_arrays_maps_variants_and_types_of_ones_own) {
  EXPECT_THAT(error_of<tree>(R"({"name":"r","branches":[{"name":"a","branches":[]},
                                 {"name":"b","branches":[{"name":7}]}]})"),
              StartsWith("$.branches[1].branches[0].name: expected a string"));
  using ratings_by_name = std::map<std::string, std::vector<rating>>;
  EXPECT_THAT(error_of<ratings_by_name>(R"({"A":[],"Eric \"E\"":[{"value":1},{"value":-1}]})"),
              StartsWith(R"($["Eric \"E\""][1].value: expected an integer from 0 to 255)"));
  using texts_by_number = std::map<int, std::string>;
  EXPECT_THAT(error_of<texts_by_number>(R"({"-5":null})"), StartsWith(R"($["-5"]: expected)"));
  using numbers_by_genre = std::map<genre, int>;
  EXPECT_THAT(error_of<numbers_by_genre>(R"({"poetry":"x"})"), StartsWith(R"($["poetry"]: )"));
  EXPECT_THAT(
      error_of<choice>(R"({"rating":{"value":256}})"),
      StartsWith("$.rating.value: expected an integer from 0 to 255, found the number 256"));
  using pair = std::pair<std::string, int>;
  EXPECT_THAT(error_of<pair>(R"(["a",[]])"), StartsWith("$[1]: expected an integer"));
  EXPECT_EQ(error_of<std::vector<money>>(R"(["1 cents","-1 cents"])"),
            "$[1]: an amount is never negative");
  EXPECT_EQ(error_of<std::vector<money>>("[0]"), "$[0]: expected a string, found the number 0");
  EXPECT_THAT(error_of<std::vector<bool>>("[true,1]"), StartsWith("$[1]: expected true or false"));
}

TEST(codec_decode_error, an_array_of_the_wrong_length_tells_both_lengths) {
  using three = std::array<int, 3>;
  EXPECT_EQ(error_of<three>("[1,2]"), "$: expected an array of 3 elements, found 2");
  EXPECT_EQ(error_of<three>("[]"), "$: expected an array of 3 elements, found 0");
  EXPECT_EQ(error_of<three>("[1,2,3,4]"), "$: expected an array of 3 elements, found more");
  using pair = std::pair<int, int>;
  EXPECT_EQ(error_of<pair>("[1]"), "$: expected an array of 2 elements, found 1");
  EXPECT_EQ(error_of<pair>("[1,2,3]"), "$: expected an array of 2 elements, found more");
}

TEST(codec_decode_error, a_variant_tells_the_keys_it_knows) {
  using number_or_flag = std::variant<int, bool>;
  const std::string keys = R"(expected an object with one key of "integer", "boolean", found )";
  EXPECT_EQ(error_of<number_or_flag>("{}"), "$: " + keys + "no key");
  EXPECT_EQ(error_of<number_or_flag>("1"), "$: " + keys + "the number 1");
  EXPECT_EQ(error_of<number_or_flag>(R"({"text":1})"), "$: " + keys + R"(the key "text")");
  EXPECT_EQ(error_of<number_or_flag>(R"({"integer":1,"boolean":true})"),
            "$: " + keys + R"(another key "boolean")");
}

TEST(codec_decode_error, a_key_that_is_none_is_shown) {
  using by_small_number = std::map<std::int8_t, int>;
  for (const char* const key : {"", "x", "128", "-129", "1.0", "+1", "01", "-0", "00", "1 "}) {
    EXPECT_EQ(error_of<by_small_number>("{\"" + std::string(key) + "\":1}"),
              "$: expected a key that is an integer from -128 to 127, found \"" + std::string(key) +
                  "\"");
  }
  using by_id = std::map<messagebus::uuid, int>;
  EXPECT_EQ(error_of<by_id>(R"({"1":1})"),
            R"($: expected a key that is a UUID of 36 characters, found "1")");
}

template <class T>
class codec_decode_error_of : public testing::Test {};

using integers = testing::Types<std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t,
                                std::uint16_t, std::uint32_t, std::uint64_t>;
TYPED_TEST_SUITE(codec_decode_error_of, integers, );

// One more than a number of any length, in decimal digits.
std::string successor(std::string digits) {
  std::size_t at = digits.size();
  while (at-- > 0 && digits[at] == '9') digits[at] = '0';
  ++digits[at];
  return digits;
}

TYPED_TEST(codec_decode_error_of, an_integer_beyond_its_limits_tells_them) {
  using limits = std::numeric_limits<TypeParam>;
  const auto least = std::to_string(limits::min());
  const auto greatest = std::to_string(limits::max());
  const std::string expected = "$: expected an integer from " + least + " to " + greatest;
  const std::string below = least == "0" ? "-1" : "-" + successor(least.substr(1));
  for (const std::string& number :
       {successor(greatest), below, std::string("1.0"), std::string("1e2"), std::string("-1e400"),
        std::string("99999999999999999999999999")}) {
    EXPECT_EQ(error_of<TypeParam>(number), expected + ", found the number " + number);
  }
}

TEST(codec_decode_error, a_number_beyond_double_or_float_is_shown) {
  for (const char* const number :
       {"1e400", "-1e309", "1e99999999999999999999", "179769313486231590000e303"}) {
    EXPECT_EQ(error_of<double>(number), std::string("$: expected a number within the range of "
                                                    "double, found the number ") +
                                            number);
  }
  EXPECT_EQ(error_of<float>("1e39"),
            "$: expected a number within the range of float, found the number 1e39");
  EXPECT_THAT(error_of<double>(std::string(400, '9')),
              HasSubstr("found the number " + std::string(40, '9') + "…"));
}

TEST(codec_decode_error, an_empty_text_is_told) {
  EXPECT_EQ(error_of<int>(""), "$: expected JSON, found an empty text");
  EXPECT_EQ(error_of<int>(" \n"), "$: not valid JSON at byte 2: the text ends too early");
}

TEST(codec_decode_error, every_way_to_cut_a_text_off_is_an_error) {
  const std::string text =
      R"({"value":12,"comment":"a\n\u00e9\ud83d\ude00é","unknown":[{"x":null},-1.5e+3,true]})";
  ASSERT_EQ(error_of<rating>(text), "no error");
  for (std::size_t bytes = 1; bytes < text.size(); ++bytes) {
    const auto told = error_of<rating>(text.substr(0, bytes));
    EXPECT_THAT(told, HasSubstr("not valid JSON at byte ")) << text.substr(0, bytes);
  }
}

TEST(codec_decode_error, text_after_the_end_is_told) {
  EXPECT_EQ(error_of<int>("1 2"),
            "$: not valid JSON at byte 2: unexpected '2', after the end of the value");
  EXPECT_THAT(error_of<bool>("trueish"), HasSubstr("at byte 0: unexpected 'trueish'"));
  EXPECT_THAT(error_of<std::vector<int>>("[1]]"), HasSubstr("at byte 3: unexpected ']'"));
  EXPECT_THAT(error_of<int>(std::string("1\0", 2)), HasSubstr("at byte 1: the byte 0x00"));
}

TEST(codec_decode_error, what_is_not_json_is_told_with_its_place) {
  const auto fault = [](std::string_view json) {
    return error_of<messagebus::codec::raw_json>(json);
  };
  EXPECT_EQ(fault("[1,]"), "$: not valid JSON at byte 3: unexpected ']'");
  EXPECT_EQ(fault("[1 2]"), "$: not valid JSON at byte 3: unexpected '2'");
  EXPECT_EQ(fault("[,1]"), "$: not valid JSON at byte 1: unexpected ','");
  EXPECT_EQ(fault("{\"a\" 1}"), "$: not valid JSON at byte 5: unexpected '1'");
  EXPECT_EQ(fault("{a:1}"), "$: not valid JSON at byte 1: unexpected 'a'");
  EXPECT_EQ(fault("{\"a\":1,}"), "$: not valid JSON at byte 7: unexpected '}'");
  EXPECT_EQ(fault("[1}"), "$: not valid JSON at byte 2: unexpected '}'");
  EXPECT_EQ(fault("'a'"), "$: not valid JSON at byte 0: unexpected ''a''");
  EXPECT_EQ(fault("// 1"), "$: not valid JSON at byte 0: unexpected '//'");
  for (const char* const word : {"NaN", "Infinity", "True", "nul", "undefined", "tru"}) {
    EXPECT_THAT(fault(word), StartsWith("$: not valid JSON at byte 0: unexpected '")) << word;
  }
}

TEST(codec_decode_error, numbers_that_json_does_not_have_are_told) {
  for (const std::string number :
       {"01", "-01", "00", "-00.5", "1.", "1.x", "1e+x", "-x", "-", "-Infinity", "NaN", "+1", ".5",
        "1e", "1.5e", "0x10", "1a", "1e99999999999999999999x"}) {
    const auto told = "$: not valid JSON at byte 0: unexpected '" + number + "'";
    EXPECT_EQ(error_of<double>(number), told);
    EXPECT_EQ(error_of<float>(number), told);
    EXPECT_EQ(error_of<int>(number), told);
    EXPECT_EQ(error_of<std::uint64_t>(number), told);
    EXPECT_EQ(error_of<bool>(number), told);
    EXPECT_EQ(error_of<messagebus::codec::raw_json>(number), told);
    // Also in what nobody reads.
    EXPECT_EQ(error_of<rating>("{\"x\":[" + number + "]}"),
              "$: not valid JSON at byte 6: unexpected '" + number + "'");
  }
}

TEST(codec_decode_error, a_zero_byte_is_told_wherever_it_stands) {
  const auto with_zero = [](std::string text) {
    text[text.find('0')] = '\0';
    return text;
  };
  using messagebus::codec::raw_json;
  for (const std::string value : {"10", "102", "null0", "true0", "false0", "1.50", "0"}) {
    const auto json = with_zero(value);
    for (const auto& told :
         {error_of<int>(json), error_of<std::uint64_t>(json), error_of<double>(json),
          error_of<float>(json), error_of<bool>(json), error_of<std::optional<int>>(json),
          error_of<std::monostate>(json), error_of<raw_json>(json)}) {
      EXPECT_THAT(told, StartsWith("$: not valid JSON at byte ")) << value;
    }
    EXPECT_THAT(error_of<rating>("{\"value\":" + json + "}"),
                StartsWith("$.value: not valid JSON at byte "))
        << value;
  }
  EXPECT_THAT(error_of<rating>(with_zero(R"({0"value":1})")), HasSubstr("the byte 0x00"));
  EXPECT_THAT(error_of<rating>(with_zero(R"({"value"0:1})")), HasSubstr("the byte 0x00"));
  EXPECT_THAT(error_of<rating>(with_zero(R"({"value":1}0)")), HasSubstr("the byte 0x00"));
  EXPECT_THAT(error_of<std::string>(with_zero(R"("a0b")")),
              HasSubstr("at byte 2: the byte 0x00, not allowed here"));
}

TEST(codec_decode_error, half_a_surrogate_pair_is_told_with_the_place_of_its_string) {
  for (const std::string half : {R"("ab\ud800")", R"("ab\udfff")", R"("ab\ud800x")",
                                 R"("ab\ud800\n")", R"("ab\ud800\ud800")", R"("ab\ud800\u0041")"}) {
    EXPECT_THAT(error_of<std::string>(half),
                StartsWith("$: not valid JSON at byte 0: this string has an escape that JSON does "
                           "not have, or half a surrogate pair"))
        << half;
    EXPECT_THAT(error_of<rating>("{\"x\":" + half + "}"), HasSubstr("at byte 5: this string has"));
    EXPECT_THAT(error_of<rating>("{" + half + ":1}"), HasSubstr("at byte 1: this string has"));
  }
}

TEST(codec_decode_error, an_escape_that_json_does_not_have_is_told) {
  for (const std::string escape : {R"(\x41)", R"(\u12g4)", R"(\u12)", R"(\')", R"(\U0041)"}) {
    EXPECT_THAT(error_of<std::string>("\"a" + escape + "\""),
                HasSubstr("at byte 0: this string has an escape that JSON does not have"))
        << escape;
  }
}

TEST(codec_decode_error, a_control_character_in_a_string_is_told_with_its_place) {
  EXPECT_EQ(error_of<std::string>("\"a\nb\""),
            "$: not valid JSON at byte 2: the byte 0x0a, not allowed here");
  EXPECT_THAT(error_of<std::string>("\"\\\x01\""), HasSubstr("at byte 2: the byte 0x01"));
  EXPECT_THAT(error_of<std::string>("\"\\\\\\\"\x1f\""), HasSubstr("at byte 5: the byte 0x1f"));
  EXPECT_THAT(error_of<rating>("{\n\"x\":\"\\\"\t\"}"), HasSubstr("at byte 9: the byte 0x09"));
  EXPECT_THAT(error_of<int>("\\\"\x01\"\x02\""), HasSubstr("at byte 4: the byte 0x02"));
}

TEST(codec_decode_error, bytes_that_are_not_utf8_are_told) {
  for (const std::string_view bad :
       {"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
        "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe2\x82",
        "\xf0\x9f\x98", "\xc3\x28"}) {
    for (const std::size_t before : {0U, 15U, 16U, 33U}) {
      const std::string json = '"' + std::string(before, 'x') + std::string(bad) + "yyyy\"";
      EXPECT_THAT(
          error_of<std::string>(json),
          StartsWith("$: not valid JSON at byte " + std::to_string(before + 1) + ": the byte 0x"));
      // Also in what nobody reads.
      EXPECT_THAT(error_of<rating>("{\"x\":" + json + "}"), HasSubstr("not valid JSON at byte "));
    }
  }
}

TEST(codec_decode_error, what_is_too_deep_tells_the_limit_and_where) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  using messagebus::codec::raw_json;
  EXPECT_EQ(error_of<raw_json>(nested(65)),
            "$: nested more deeply than the limit of 64: raise decode_limits::depth_max "
            "(at most 1024)");
  EXPECT_THAT(error_of<raw_json>(nested(1025), {.depth_max = 5000}), HasSubstr("limit of 1024"));
  EXPECT_THAT(error_of<raw_json>(nested(1'000'000)), HasSubstr("limit of 64"));
  EXPECT_THAT(error_of<rating>(R"({"x":)" + nested(64) + "}"), HasSubstr("limit of 64"));
  EXPECT_THAT(error_of<std::vector<int>>("[]", {.depth_max = 0}), HasSubstr("limit of 0"));
  EXPECT_THAT(error_of<tree>(R"({"branches":[{"branches":[]}]})", {.depth_max = 3}),
              StartsWith("$.branches[0].branches: nested more deeply than the limit of 3"));
}

TEST(codec_decode_error, what_is_too_long_tells_both_sizes) {
  EXPECT_EQ(error_of<std::string>(R"("abc")", {.bytes_max = 4}),
            "$: the JSON text has 5 bytes, more than the limit of 4: raise "
            "decode_limits::bytes_max (at most 4294967293)");
  EXPECT_EQ(error_of<std::string>(R"("abc")", {.bytes_max = 5}), "no error");
}

TEST(codec_decode_error, what_is_shown_of_a_long_text_is_short_and_whole_characters) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text.append("é");
  const auto told = error_of<int>('"' + text + '"');
  EXPECT_LT(told.size(), 300U);
  EXPECT_THAT(told, HasSubstr("é\"… (2000 bytes)"));
}

}  // namespace
