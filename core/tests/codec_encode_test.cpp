#include "codec_types.hpp"

#include <gtest/gtest.h>

namespace {

using namespace codec_tests;
using messagebus::codec::decode;
using messagebus::codec::encode;

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

}  // namespace
