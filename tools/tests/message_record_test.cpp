#include "message_record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <messagebus/domain/error.hpp>

#include "sample_log.hpp"

namespace messagebus::tool {
namespace {

using ::testing::HasSubstr;

recorded_message sample(std::string payload) {
  sample_log log;
  auto message = log.command("register_book", std::move(payload));
  message.position = position{41};
  return message;
}

std::string record_of(const recorded_message& message) {
  std::string line;
  append_record(line, message);
  return line;
}

std::string fault_of(const std::string& line) {
  try {
    parse_record(line);
  } catch (const decode_error& error) {
    return error.what();
  }
  return "";
}

TEST(message_record, keeps_all_that_the_log_keeps) {
  auto message = sample(R"({"id":"a","n":1.50})");
  message.published = true;
  message.causation_id = message.message_id;
  message.metadata = R"({"team":"club"})";
  EXPECT_EQ(parse_record(record_of(message)), message);
}

TEST(message_record, is_one_line_with_the_payload_as_an_object) {
  const auto line = record_of(sample(R"({"id":"a"})"));
  EXPECT_THAT(line, HasSubstr(R"("metadata":{},"payload":{"id":"a"}})"));
  EXPECT_THAT(line, HasSubstr(R"("position":41,)"));
  EXPECT_THAT(line,
              HasSubstr(R"("created_at":"2025-12-22T10:11:12.123456+00:00","kind":"command")"));
}

TEST(message_record, keeps_payloads_byte_for_byte) {
  for (const auto* payload : {
           R"({ "id": "a" })",
           "{\"id\":\n1}",
           R"({})",
           R"({"a b":"c d","quote\" ":1,"back\\":2})",
           R"({"number":1.000e+05,"big":123456789012345678901234567890})",
           "{\"control\":\"\x7f\"}",
           R"({"escaped":"\u00e9\/"})",
       }) {
    const auto message = sample(payload);
    const auto line = record_of(message);
    EXPECT_EQ(line.find('\n'), std::string::npos) << payload;
    EXPECT_EQ(parse_record(line), message) << line;
  }
}

TEST(message_record, shows_a_payload_that_is_no_json_as_a_string) {
  EXPECT_THAT(record_of(sample("{\"cut\":")), HasSubstr(R"("payload":"{\"cut\":"})"));
  EXPECT_THAT(record_of(sample("[1]")), HasSubstr(R"("payload":"[1]"})"));
  EXPECT_THAT(record_of(sample("\xff")), HasSubstr(R"("payload":["/w=="]})"));
}

TEST(message_record, refuses_what_no_log_should_take_in) {
  const auto line = record_of(sample(R"({"id":"a"})"));
  const auto with = [&](const std::string& old, const std::string& other) {
    auto changed = line;
    changed.replace(changed.find(old), old.size(), other);
    return fault_of(changed);
  };
  EXPECT_EQ(with(R"({"id":"a"})", "[1]"),
            "$.payload: expected a JSON object, or a string that holds one, found an array");
  EXPECT_THAT(with(R"({"id":"a"})", "7"), HasSubstr("payload: expected a JSON object"));
  EXPECT_THAT(with(R"({"id":"a"})", R"("{\"cut\":")"),
              HasSubstr("payload: expected a JSON object"));
  EXPECT_THAT(with(R"({"id":"a"})", R"(["/w=="])"), HasSubstr("base64"));
  EXPECT_EQ(with(R"("metadata":{})", R"("metadata":["no base64"])"),
            "$.metadata: expected a JSON object, or a string that holds one, found an array");
  EXPECT_THAT(with("register_book", "register book"), HasSubstr("name: expected printable ASCII"));
  EXPECT_THAT(with("register_book", ""), HasSubstr("name: expected a name"));
  EXPECT_THAT(with("register_book", std::string(129, 'a')), HasSubstr("at most 128 bytes"));
  EXPECT_THAT(with(R"("schema_version":1)", R"("schema_version":0)"), HasSubstr("1 or more"));
  EXPECT_THAT(with(R"("kind":"command")", R"("kind":"query")"), HasSubstr("kind"));
  EXPECT_THAT(with(R"("message_id":"0)", R"("message_id":"z)"), HasSubstr("message_id"));
  EXPECT_THAT(with(R"("published":false,)", ""), HasSubstr("published: the field is missing"));
}

std::string nested(int levels) {
  std::string text = "1";
  for (int i = 0; i < levels; ++i) text = "{\"a\":" + text + "}";
  return text;
}

TEST(message_record, refuses_what_no_reader_of_the_log_could_decode) {
  const auto line = record_of(sample(nested(64)));
  EXPECT_EQ(fault_of(line), "");
  const auto fault = [&](const std::string& payload) {
    auto changed = line;
    changed.replace(changed.find(nested(64)), nested(64).size(), payload);
    return fault_of(changed);
  };
  constexpr auto too_deep =
      "$.payload: nested more deeply than 64 objects and arrays, the most that a message may have";
  EXPECT_EQ(fault(nested(65)), too_deep);
  EXPECT_EQ(fault(nested(66)), too_deep);
  EXPECT_EQ(fault(nested(2000)), too_deep);
  EXPECT_EQ(fault('"' + std::string(65, '[') + std::string(65, ']') + '"'), too_deep);
  EXPECT_EQ(fault("{\"a\":\"" + std::string(16U << 20U, 'x') + "\"}"),
            "$.payload: expected at most 16777216 bytes, found 16777224");
}

TEST(message_record, takes_lines_of_other_writers) {
  auto line = record_of(sample(R"({"id":"a"})"));
  line.insert(1, R"( "comment" : "by hand" , )");
  line.replace(line.find(R"("position":41,)"), 14, "");
  EXPECT_EQ(parse_record(line).position, position{0});
  EXPECT_EQ(parse_record(line).name, "register_book");
}

TEST(message_record, names_follow_the_rules_of_schemas) {
  EXPECT_EQ(name_fault("register_book"), "");
  EXPECT_EQ(name_fault("club.Book-Registered/1"), "");
  EXPECT_NE(name_fault("gr\xc3\xb6\xc3\x9f"
                       "e"),
            "");
}

}  // namespace
}  // namespace messagebus::tool
