// What reading tolerates, so that a message may gain and lose fields while readers of all ages
// live.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <thread>
#include <tuple>

#include "codec_types.hpp"

namespace {

using namespace codec_tests;
using messagebus::codec::decode;
using messagebus::codec::decode_into;
using messagebus::codec::encode;

struct parcel {
  int weight = -1;
  std::optional<std::string> note;
  std::optional<rating> opinion;
  bool operator==(const parcel&) const = default;
};
BOOST_DESCRIBE_STRUCT(parcel, (), (weight, note, opinion))

TEST(codec_decode, skips_fields_that_the_struct_does_not_have) {
  const std::string unknown =
      R"({"a":null,"b":[1,-2.5e-7,{"c":"\"]}\\"}],"weight":3,"d":{"e":{}},"f":true,"g":[]})";
  EXPECT_EQ(decode<parcel>(unknown), (parcel{3, {}, {}}));
}

TEST(codec_decode, skips_them_in_nested_structs_too) {
  const std::string unknown = R"({"opinion":{"x":[[]],"value":2,"y":"z"},"weight":1})";
  EXPECT_EQ(decode<parcel>(unknown), (parcel{1, {}, rating{2, {}}}));
}

TEST(codec_decode, skips_an_unknown_field_as_often_as_it_comes) {
  EXPECT_EQ(decode<parcel>(R"({"x":1,"x":2,"weight":3,"x":4})").weight, 3);
}

TEST(codec_decode, an_absent_optional_is_empty_whatever_was_there_before) {
  parcel value{1, "old", rating{3, {}}};
  decode_into(R"({"weight":2})", value);
  EXPECT_EQ(value, (parcel{2, {}, {}}));
}

TEST(codec_decode, null_is_an_empty_optional) {
  EXPECT_EQ(decode<parcel>(R"({"weight":2,"note":null,"opinion":null})"), (parcel{2, {}, {}}));
}

TEST(codec_decode, takes_fields_in_any_order) {
  EXPECT_EQ(decode<parcel>(R"({"opinion":{"comment":"c","value":1},"note":"n","weight":2})"),
            (parcel{2, "n", rating{1, "c"}}));
}

TEST(codec_decode, takes_space_wherever_json_has_it) {
  EXPECT_EQ(decode<parcel>("\r\n\t { \"weight\" :\n2 , \"note\":\t\"n\" } \n"),
            (parcel{2, "n", {}}));
  EXPECT_EQ(decode<std::vector<int>>(" [ 1 ,\n2\t] "), (std::vector{1, 2}));
  EXPECT_TRUE(decode<std::vector<int>>("[ ]").empty());
}

TEST(codec_decode, takes_names_of_fields_that_came_as_escapes) {
  EXPECT_EQ(decode<parcel>(R"({"\u0077eigh\u0074":2})").weight, 2);
}

TEST(codec_decode, a_name_that_only_begins_like_a_field_is_another) {
  EXPECT_EQ(decode<parcel>(R"({"weigh":1,"weights":2,"weight":3,"":4})").weight, 3);
}

TEST(codec_decode, takes_every_escape) {
  EXPECT_EQ(decode<std::string>(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\uD83D\uDE00\u0000")"),
            (std::string("\"\\/\b\f\n\r\tAé€😀\0", 19)));
}

TEST(codec_decode, takes_escapes_at_every_place_of_a_long_text) {
  for (std::size_t before = 0; before < 40; ++before) {
    for (const std::size_t after : {0U, 1U, 15U, 16U, 17U}) {
      const std::string head(before, 'x');
      const std::string tail(after, 'y');
      EXPECT_EQ(decode<std::string>('"' + head + R"(\n)" + tail + '"'), head + '\n' + tail);
      EXPECT_EQ(decode<std::string>('"' + head + "é" + tail + '"'), head + "é" + tail);
    }
  }
}

TEST(codec_decode, takes_whatever_number_a_double_is_near_to) {
  EXPECT_EQ(decode<double>("1e-400"), 0.0);
  EXPECT_TRUE(std::signbit(decode<double>("-1e-99999999999999999999")));
  EXPECT_EQ(decode<double>("0e99999999999999999999"), 0.0);
  EXPECT_EQ(decode<double>("0.00000000000000000000000000000000000000000000000001e50"), 1.0);
  EXPECT_EQ(decode<double>("179769313486231570000E+288"), std::numeric_limits<double>::max());
  EXPECT_EQ(decode<double>("4.9406564584124654e-324"), std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(decode<float>("1e-60"), 0.0F);
  EXPECT_EQ(decode<double>("9007199254740993"), 9007199254740992.0);
}

TEST(codec_decode, negative_zero_is_an_integer_too) {
  EXPECT_EQ(decode<int>("-0"), 0);
  EXPECT_EQ(decode<unsigned>("-0"), 0U);
}

TEST(codec_decode, json_that_nobody_looks_into_loses_only_its_spaces) {
  using messagebus::codec::raw_json;
  EXPECT_EQ(decode<raw_json>(" { \"a b\" : [ 1 , 2.50 ,\"\\\" \" ] }\n").text,
            R"({"a b":[1,2.50,"\" "]})");
  EXPECT_EQ(decode<raw_json>("1e999999999999").text, "1e999999999999");
  EXPECT_EQ(decode<std::vector<raw_json>>("[null, \"x\"]"),
            (std::vector<raw_json>{{"null"}, {"\"x\""}}));
}

TEST(codec_decode, into_an_object_that_held_something_leaves_nothing_of_it) {
  std::vector<int> numbers{1, 2, 3};
  decode_into("[4]", numbers);
  EXPECT_EQ(numbers, (std::vector{4}));
  std::map<std::string, int> map{{"old", 1}};
  decode_into(R"({"new":2})", map);
  EXPECT_EQ(map, (std::map<std::string, int>{{"new", 2}}));
  std::string text = "a text that is long enough to have memory of its own";
  decode_into(R"("\n")", text);
  EXPECT_EQ(text, "\n");
}

TEST(codec_decode, as_deep_as_the_limit_allows) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_NO_THROW(decode<messagebus::codec::raw_json>(nested(64)));
  EXPECT_NO_THROW(decode<messagebus::codec::raw_json>(nested(1024), {.depth_max = 5000}));
  EXPECT_NO_THROW(decode<std::vector<int>>("[]", {.depth_max = 1}));
  EXPECT_NO_THROW(decode<int>("1", {.depth_max = 0}));
}

// Depth is what lies within one another, not what follows one another.
TEST(codec_decode, many_arrays_side_by_side_are_not_deep) {
  std::string text = "[[]";
  for (int i = 0; i < 1000; ++i) text.append(",[],{}");
  EXPECT_TRUE(messagebus::codec::is_valid_json(text + "]", {.depth_max = 2}));
}

// A representation may decode in turn.
struct wrapped {
  std::vector<int> numbers;
  bool operator==(const wrapped&) const = default;
};

}  // namespace

template <>
struct messagebus::codec::representation<wrapped> {
  using type = std::string;
  static std::string to(const wrapped& value) { return encode(value.numbers); }
  static wrapped from(std::string&& text) { return {decode<std::vector<int>>(text)}; }
};

namespace {

TEST(codec_decode, while_another_decoding_goes_on) {
  const std::vector<wrapped> value{{{1, 2}}, {{}}};
  EXPECT_EQ(encode(value), R"(["[1,2]","[]"])");
  EXPECT_EQ(decode<std::vector<wrapped>>(encode(value)), value);
  using step = std::tuple<std::string, wrapped, std::string>;
  const std::vector<step> steps(50, step{"a\n", {std::vector<int>(5000, 7)}, "\"b\""});
  EXPECT_EQ(decode<std::vector<step>>(encode(steps)), steps);
}

// What a thread keeps for the next text is let go after a large one.
TEST(codec_decode, texts_of_all_lengths_one_after_another) {
  for (const std::size_t bytes : {1U, 1'000'000U, 3U, 1021U, 1022U, 1023U, 1024U, 1025U, 65'533U,
                                  65'534U, 65'535U, 65'536U, 65'537U, 200'000U, 2U, 4096U}) {
    const std::vector<std::string> value{std::string(bytes, 'x'), "\n", std::string(bytes, '"')};
    EXPECT_EQ(decode<std::vector<std::string>>(encode(value)), value) << bytes;
    EXPECT_EQ(decode<std::string>(encode(value.back())), value.back()) << bytes;
  }
}

struct decoded_at_the_end_of_its_thread {
  ~decoded_at_the_end_of_its_thread() { *into = decode<std::vector<int>>("[1,2]"); }
  std::vector<int>* into = nullptr;
};

TEST(codec_decode, while_the_objects_of_a_thread_are_destroyed) {
  std::vector<int> read;
  std::thread([&read] {
    thread_local decoded_at_the_end_of_its_thread last;
    last.into = &read;
    EXPECT_EQ(decode<int>("3"), 3);
  }).join();
  EXPECT_EQ(read, (std::vector{1, 2}));
}

}  // namespace
