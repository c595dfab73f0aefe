#include <messagebus/domain/uuid.hpp>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace {

using messagebus::uuid;

constexpr std::string_view canonical = "0198c0de-7b1a-7000-8000-0123456789ab";

TEST(uuid, is_written_in_lower_case_and_in_the_order_of_its_bytes) {
  const uuid id{{0x01, 0x98, 0xc0, 0xde, 0x7b, 0x1a, 0x70, 0x00, 0x80, 0x00, 0x01, 0x23, 0x45, 0x67,
                 0x89, 0xab}};
  EXPECT_EQ(id.to_string(), canonical);
  char text[uuid::text_bytes];
  EXPECT_EQ(id.to_chars(text), text + uuid::text_bytes);
  EXPECT_EQ(std::string_view(text, sizeof text), canonical);
}

TEST(uuid, is_read_in_either_case) {
  const auto id = uuid::parse(canonical);
  ASSERT_TRUE(id);
  EXPECT_EQ(uuid::parse("0198C0DE-7B1A-7000-8000-0123456789AB"), id);
  EXPECT_EQ(uuid::parse("0198c0dE-7b1A-7000-8000-0123456789aB"), id);
}

TEST(uuid, nil_is_told) {
  EXPECT_TRUE(uuid{}.is_nil());
  EXPECT_EQ(uuid::parse("00000000-0000-0000-0000-000000000000"), uuid{});
  EXPECT_FALSE(uuid::parse("00000000-0000-0000-0000-000000000001")->is_nil());
}

TEST(uuid, nothing_but_the_canonical_text_is_read) {
  for (const char* const other :
       {"", "0198c0de", "0198c0de7b1a700080000123456789ab",
        "{0198c0de-7b1a-7000-8000-0123456789ab}", "urn:uuid:0198c0de-7b1a-7000-8000-0123456789ab",
        "0198c0de-7b1a-7000-8000-0123456789a", "0198c0de-7b1a-7000-8000-0123456789abc",
        "0198c0de-7b1a-7000-80000-123456789ab", " 198c0de-7b1a-7000-8000-0123456789ab"}) {
    EXPECT_FALSE(uuid::parse(other)) << other;
  }
}

TEST(uuid, every_wrong_character_at_every_place_is_found) {
  for (std::size_t at = 0; at < canonical.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text(canonical);
      text[at] = static_cast<char>(byte);
      const bool is_digit = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') ||
                            (byte >= 'A' && byte <= 'F');
      const bool is_right = canonical[at] == '-' ? byte == '-' : is_digit;
      EXPECT_EQ(uuid::parse(text).has_value(), is_right) << text;
    }
  }
}

RC_GTEST_PROP(uuid, is_read_as_it_was_written, ()) {
  const uuid id{
      *rc::gen::container<std::array<std::uint8_t, 16>>(rc::gen::arbitrary<std::uint8_t>())};
  RC_ASSERT(uuid::parse(id.to_string()) == id);
}

RC_GTEST_PROP(uuid, has_the_order_of_its_text, ()) {
  const auto any =
      rc::gen::container<std::array<std::uint8_t, 16>>(rc::gen::arbitrary<std::uint8_t>());
  const uuid left{*any};
  const uuid right{*any};
  RC_ASSERT((left < right) == (left.to_string() < right.to_string()));
  RC_ASSERT((left == right) == (left.to_string() == right.to_string()));
}

}  // namespace
