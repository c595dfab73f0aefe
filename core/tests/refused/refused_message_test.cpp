// Mistakes in what is declared: messages, their schemas and their fields.

#include <string>
#include <string_view>

#include "mistake.hpp"

namespace messagebus::refused_test {
namespace {

TEST(refused, M1_a_schema_that_is_wrong) {
  constexpr std::string_view program = "constexpr auto schema = messagebus::event(@);";
  constexpr std::string_view right = R"("book_put", 1)";
  expect_refused({program, right, R"("", 1)", "a message schema needs a name"});
  expect_refused(
      {program, right, R"("book_put", 0)", "the version of a message schema is 1 or more"});
  expect_refused({program, right, R"("book put", 1)",
                  "a message name is printable ASCII without spaces, quotes and backslashes"});
  const std::string long_name = "\"" + std::string(129, 'n') + "\", 1";
  expect_refused({program, right, long_name, "a message name has at most 128 bytes"});
}

TEST(refused, B8_what_is_raised_and_is_no_message) {
  expect_refused({"void use(book& raiser) { raiser.messages.add(@{}); }", "book_put", "no_message",
                  "what a model raises is a message: a struct with a static schema made by"});
}

TEST(refused, B8_a_message_whose_fields_nobody_described) {
  expect_refused(
      {"struct told { static constexpr auto schema = messagebus::event(\"told\", 1);"
       "int field = 0; }; @"
       "void use(book& raiser) { raiser.messages.add(told{}); }",
       "BOOST_DESCRIBE_STRUCT(told, (), (field))", "",
       "this type has no JSON form: describe it with BOOST_DESCRIBE_STRUCT"});
}

TEST(refused, B8_a_message_whose_schema_each_object_has) {
  expect_refused(
      {"struct told { @ schema = messagebus::event(\"told\", 1); int field = 0; };"
       "BOOST_DESCRIBE_STRUCT(told, (), (field))"
       "void use(book& raiser) { raiser.messages.add(told{}); }",
       "static constexpr auto", "messagebus::event_schema<>",
       "what a model raises is a message: a struct with a static schema made by"});
}

TEST(refused, a_struct_of_more_fields_than_the_codec_takes) {
  std::string a = "a0";
  std::string b = "b0";
  for (int i = 1; i < 32; ++i) {
    a += ", a" + std::to_string(i);
    b += ", b" + std::to_string(i);
  }
  const std::string program = "struct first { int " + a +
                              "; }; BOOST_DESCRIBE_STRUCT(first, (), (" + a +
                              ")) struct told : first { int " + b +
                              "@; static constexpr auto schema = messagebus::event(\"told\", 1); };"
                              "BOOST_DESCRIBE_STRUCT(told, (first), (" +
                              b + "@)) void use(book& raiser) { raiser.messages.add(told{}); }";
  expect_refused({program, "", ", b32", "the codec takes at most 64 described fields in a struct"});
}

TEST(refused, E4_a_field_that_the_description_forgets) {
  constexpr std::string_view program =
      "struct name { std::string text; }; BOOST_DESCRIBE_STRUCT(name, (), (text))"
      "struct empty {}; "
      "struct told : empty, name { static constexpr auto schema = messagebus::event(\"told\", 1);"
      "std::optional<int> field; std::string other; };"
      "BOOST_DESCRIBE_STRUCT(told, @)"
      "void use(book& raiser) { raiser.messages.add(told{}); }";
  constexpr std::string_view right = "(name), (field, other)";
  constexpr std::string_view sentence =
      "a message has a field, or a base with fields, that its BOOST_DESCRIBE_STRUCT does not name";
  expect_refused({program, right, "(name), (field)", sentence});
  expect_refused({program, right, "(name), ()", sentence});
  expect_refused({program, right, "(), (field, other)", sentence});
}

TEST(refused, E4_a_field_that_the_description_of_a_part_forgets) {
  const auto refuse = [](const std::string& part) {
    const std::string program =
        "struct price { int cents = 0; std::string currency; std::vector<price> parts; };"
        "BOOST_DESCRIBE_STRUCT(price, (), (cents, @ parts))"
        "struct told { static constexpr auto schema = messagebus::event(\"told\", 1); " +
        part +
        " paid; }; BOOST_DESCRIBE_STRUCT(told, (), (paid))"
        "void use(book& raiser) { raiser.messages.add(told{}); }";
    expect_refused({program, "currency,", "", "a message, or a struct within it, has a field"});
  };
  refuse("price");
  refuse("std::optional<std::vector<price>>");
  refuse("std::tuple<int, price>");
}

TEST(refused, E4_a_field_that_the_description_of_metadata_forgets) {
  expect_refused(
      {"struct owner { std::string_view team; int floor = 0; };"
       "BOOST_DESCRIBE_STRUCT(owner, (), @)"
       "struct told { static constexpr auto schema ="
       "messagebus::event(\"told\", 1, owner{\"sales\", 2}); };"
       "BOOST_DESCRIBE_STRUCT(told, (), ())"
       "void use(book& raiser) { raiser.messages.add(told{}); }",
       "(team, floor)", "(team)", "the metadata of a schema has a field that its"});
}

TEST(refused, E4_two_fields_of_one_name) {
  constexpr std::string_view sentence =
      "two fields of a struct and its bases have the same name, and JSON would keep one";
  expect_refused(
      {"struct named { std::string name; }; BOOST_DESCRIBE_STRUCT(named, (), (name))"
       "struct volume : named { std::string @; }; BOOST_DESCRIBE_STRUCT(volume, (named), (@))"
       "std::string use(const volume& kept) { return messagebus::codec::encode(kept); }",
       "title", "name", sentence});
  expect_refused(
      {"struct named { std::string name; }; BOOST_DESCRIBE_STRUCT(named, (), (name))"
       "struct titled { std::string @; }; BOOST_DESCRIBE_STRUCT(titled, (), (@))"
       "struct both : named, titled {}; BOOST_DESCRIBE_STRUCT(both, (named, titled), ())"
       "std::string use(const both& kept) { return messagebus::codec::encode(kept); }",
       "title", "name", sentence});
}

TEST(refused, E4_a_described_field_that_is_not_public) {
  expect_refused(
      {"struct price { int cents = 0; BOOST_DESCRIBE_CLASS(price, (), @) };"
       "std::string use(const price& paid) { return messagebus::codec::encode(paid); }",
       "(cents), (), ()", "(), (), (cents)", "the codec knows the public fields of a struct"});
}

TEST(refused, B3_a_result_that_would_dangle) {
  constexpr std::string_view program =
      "struct ask { static constexpr auto schema = messagebus::command<@>(\"ask\", 1); };";
  constexpr std::string_view sentence = "the result of a command is a value";
  expect_refused({program, "int", "int&", sentence});
  expect_refused({program, "const char*", "const int", sentence});
}

TEST(refused, E4_a_message_that_is_no_object_in_json) {
  expect_refused(
      {"struct named { static constexpr auto schema = messagebus::event(\"named\", 1);"
       "std::string name; };"
       "template <> struct messagebus::codec::representation<named> { using type = @;"
       "static type to(const named&) { return {}; } static named from(type&&) { return {}; } };"
       "void use(library_bus& bus, library_transaction& transaction) {"
       "bus.handle(named{}, transaction); }",
       "book_put", "std::string", "a message is a JSON object"});
}

TEST(refused, M1_metadata_that_is_no_constant) {
  expect_refused(
      {"struct owner { @ team; }; BOOST_DESCRIBE_STRUCT(owner, (), (team))"
       "constexpr auto schema = messagebus::event(\"told\", 1, owner{\"a team of a long name\"});",
       "std::string_view", "std::string", "its texts are std::string_view"});
}

TEST(refused, E4_a_message_that_cannot_be_made_empty) {
  expect_refused(
      {"struct told { static constexpr auto schema = messagebus::event(\"told\", 1); int field = 0;"
       "explicit told(int given) : field(given) {} @ }; BOOST_DESCRIBE_STRUCT(told, (), (field))"
       "auto use(const messagebus::recorded_message& kept) { return kept.as<told>(); }",
       "told() = default;", "", "give it a default constructor"});
}

}  // namespace
}  // namespace messagebus::refused_test
