// What is written is read again as the same, whatever the value.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "codec_generators.hpp"

namespace {

using namespace codec_tests;
using messagebus::codec::decode;
using messagebus::codec::decode_into;
using messagebus::codec::encode;

template <class T>
void check_round_trip(const T& value) {
  const std::string text = encode(value);
  RC_ASSERT(messagebus::codec::is_valid_json(text));
  T again{};
  decode_into(text, again);
  RC_ASSERT(again == value);
  // Reading over what was there before leaves nothing of it.
  decode_into(text, again);
  RC_ASSERT(again == value);
  RC_ASSERT(encode(again) == text);
}

template <class T>
class codec_round_trip_of : public testing::Test {};

using integer_types = testing::Types<signed char, unsigned char, short, unsigned short, int,
                                     unsigned, long, unsigned long, long long, unsigned long long>;
TYPED_TEST_SUITE(codec_round_trip_of, integer_types, );

TYPED_TEST(codec_round_trip_of, an_integer_at_its_limits_and_between) {
  using limits = std::numeric_limits<TypeParam>;
  EXPECT_EQ(encode(limits::min()), std::to_string(limits::min()));
  EXPECT_EQ(decode<TypeParam>(std::to_string(limits::max())), limits::max());
  EXPECT_TRUE(rc::check([] { check_round_trip(*any_number<TypeParam>()); }));
}

RC_GTEST_PROP(codec_round_trip, a_double, ()) {
  const double value = *any_number<double>();
  check_round_trip(value);
  RC_ASSERT(std::signbit(decode<double>(encode(value))) == std::signbit(value));
}

RC_GTEST_PROP(codec_round_trip, a_float, ()) {
  check_round_trip(*any_number<float>());
}

RC_GTEST_PROP(codec_round_trip, text_of_any_characters, ()) {
  check_round_trip(*any_text());
}

// As those write who escape all they can.
RC_GTEST_PROP(codec_round_trip, text_that_came_as_escapes, ()) {
  const auto units = *rc::gen::container<std::vector<std::uint16_t>>(rc::gen::oneOf(
      rc::gen::inRange<std::uint16_t>(0, 0xd800), rc::gen::inRange<std::uint16_t>(0xe000, 0xffff)));
  std::string json = "\"";
  std::string text;
  for (const auto unit : units) {
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\u%04X", unit);
    json.append(escape);
    append_utf8(text, unit);
  }
  RC_ASSERT(decode<std::string>(json + '"') == text);
}

RC_GTEST_PROP(codec_round_trip, characters_beyond_16_bits_that_came_as_pairs_of_escapes, ()) {
  const auto point = *rc::gen::inRange<char32_t>(0x10000, 0x110000);
  char escapes[32];
  std::snprintf(escapes, sizeof escapes, "\"\\u%04x\\u%04x\"",
                static_cast<unsigned>(0xd800 + ((point - 0x10000) >> 10)),
                static_cast<unsigned>(0xdc00 + ((point - 0x10000) & 0x3ff)));
  std::string text;
  append_utf8(text, point);
  RC_ASSERT(decode<std::string>(escapes) == text);
}

RC_GTEST_PROP(codec_round_trip, a_uuid, (const messagebus::uuid& id)) {
  check_round_trip(id);
}

RC_GTEST_PROP(codec_round_trip, a_timestamp, (messagebus::timestamp instant)) {
  check_round_trip(instant);
}

RC_GTEST_PROP(codec_round_trip, a_duration, (std::int64_t count)) {
  check_round_trip(std::chrono::milliseconds(count));
  RC_ASSERT(encode(std::chrono::milliseconds(count)) == std::to_string(count));
}

RC_GTEST_PROP(codec_round_trip, an_enum_and_one_that_has_negative_values, (genre kind)) {
  check_round_trip(kind);
  check_round_trip(*rc::gen::element(balance::overdrawn, balance::even, balance::ahead));
}

RC_GTEST_PROP(codec_round_trip, bytes, (const std::vector<std::uint8_t>& numbers)) {
  std::vector<std::byte> bytes;
  for (const auto number : numbers) bytes.push_back(static_cast<std::byte>(number));
  check_round_trip(bytes);
}

RC_GTEST_PROP(codec_round_trip, flags, (const std::vector<bool>& flags)) {
  check_round_trip(flags);
}

RC_GTEST_PROP(codec_round_trip, a_struct_that_inherits_and_holds_others, (const book& value)) {
  check_round_trip(value);
}

RC_GTEST_PROP(codec_round_trip, a_type_of_ones_own, (const std::vector<money>& prices)) {
  check_round_trip(prices);
}

RC_GTEST_PROP(codec_round_trip, maps, ()) {
  check_round_trip(
      *rc::gen::container<std::map<std::string, rating>>(any_text(), rc::gen::arbitrary<rating>()));
  check_round_trip(*rc::gen::arbitrary<std::map<messagebus::uuid, int>>());
  check_round_trip(*rc::gen::container<std::map<std::int64_t, bool>>(any_number<std::int64_t>(),
                                                                     rc::gen::arbitrary<bool>()));
}

TEST(codec_round_trip, maps_by_enums) {
  EXPECT_TRUE(rc::check([](const std::vector<std::pair<genre, int>>& entries) {
    check_round_trip(std::map<genre, int>(entries.begin(), entries.end()));
    const std::unordered_map<genre, int> unordered(entries.begin(), entries.end());
    RC_ASSERT((decode<std::unordered_map<genre, int>>(encode(unordered)) == unordered));
  }));
}

RC_GTEST_PROP(codec_round_trip, pairs_and_tuples, (int number, bool flag)) {
  check_round_trip(std::pair(*any_text(), number));
  check_round_trip(std::tuple(flag, *any_number<double>(), *any_text()));
  check_round_trip(std::tuple<>());
}

RC_GTEST_PROP(codec_round_trip, a_variant, (const rating& held, const messagebus::uuid& id)) {
  const auto value = *rc::gen::element<choice>(choice(std::monostate{}), choice(true), choice(-7),
                                               choice(0.1), choice(std::string("x")), choice(id),
                                               choice(messagebus::timestamp{}), choice(held));
  check_round_trip(value);
  RC_ASSERT(decode<choice>(encode(value)).index() == value.index());
}

RC_GTEST_PROP(codec_round_trip, optionals, (int number)) {
  check_round_trip(std::optional<int>(number));
  check_round_trip(std::optional<int>());
  check_round_trip(std::vector<std::optional<int>>{{}, number, {}});
}

tree tree_of_depth(std::size_t depth) {
  tree root{"leaf", {}};
  for (; depth > 0; --depth) {
    const auto branch = std::exchange(root, tree{"branch", {}});
    root.branches.assign(2 - depth % 2, branch);
  }
  return root;
}

TEST(codec_round_trip, a_struct_that_holds_its_own_kind) {
  const tree root = tree_of_depth(10);
  EXPECT_EQ(decode<tree>(encode(root)), root);
}

RC_GTEST_PROP(codec_round_trip, json_that_nobody_looks_into, (const book& value)) {
  const messagebus::codec::raw_json raw{encode(value)};
  check_round_trip(raw);
  RC_ASSERT(encode(raw) == raw.text);
  RC_ASSERT(decode<messagebus::codec::raw_json>(raw.text).text == raw.text);
}

TEST(codec_round_trip, everything_at_once) {
  everything value;
  value.figures.real = 0.1;
  value.reviewer = *messagebus::uuid::parse("018f6f0e-7b1a-7000-8000-0123456789ab");
  value.nested_optional = 3;
  value.flags = {true, false, true};
  value.bytes = {std::byte{0}, std::byte{255}};
  value.table = {{"a", "b"}, {}};
  value.by_name = {{"Eric \"E\"", {3, "good"}}};
  value.by_id = {{messagebus::uuid{}, 1}};
  value.by_number = {{-1, "minus one"}};
  value.by_genre = {{genre::poetry, {1, 2}}};
  value.choices = {choice(true), choice(rating{4, {}})};
  value.price = {1230};
  value.root = tree_of_depth(3);
  value.raw.text = R"({"any":[1,2.50,"x y"]})";
  EXPECT_EQ(decode<everything>(encode(value)), value);
}

}  // namespace
