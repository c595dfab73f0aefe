#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <messagebus/domain/error.hpp>

#include "causation_tree.hpp"
#include "memory_fixture.hpp"
#include "message_lines.hpp"
#include "message_reference.hpp"
#include "pretty_json.hpp"
#include "show_command.hpp"
#include "tree_lines.hpp"

namespace messagebus::tool {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class show_command : public memory_fixture {
 protected:
  std::string show(const std::string& reference, exit_code expected = exit_code::ok) {
    EXPECT_EQ(show_message(log(), {.location = "club.db", .reference = reference}, around()),
              expected);
    return take_out();
  }
  std::string tree_of(const std::string& reference) {
    const auto text = show(reference);
    return text.substr(text.find("\n\n") + 2);
  }
};

std::string id_of(const sample_log& sample, std::size_t index) {
  return short_id(sample.at(index).message_id);
}

TEST_F(show_command, M6_draws_causes_and_effects_and_marks_the_message) {
  sample_log sample;
  const auto command = sample.command("register_book");
  const auto event = sample.event("book_registered", command);
  sample.event("book_indexed", event);
  const auto told = sample.event("reviewers_told", event);
  sample.event("mail_sent", told);
  sample.event("shelf_changed", command);
  sample.command("of_another_chain");
  write(sample);
  EXPECT_EQ(tree_of("4"),
            "   1  register_book v1           10:11:12.123456  " + id_of(sample, 0) + "\n" +
                "   2  ├─ book_registered v1 ↗    +1 ms            " + id_of(sample, 1) + "\n" +
                "   3  │  ├─ book_indexed v1 ↗    +2 ms            " + id_of(sample, 2) + "\n" +
                "   4  │  └─ reviewers_told v1 ↗  +3 ms            " + id_of(sample, 3) +
                "  ◀ this one\n" + "   5  │     └─ mail_sent v1 ↗    +4 ms            " +
                id_of(sample, 4) + "\n" + "   6  └─ shelf_changed v1 ↗      +5 ms            " +
                id_of(sample, 5) + "\n");
}

TEST_F(show_command, shows_the_message_whole) {
  sample_log sample;
  sample.command("register_book", R"({"id":"a","tags":["x",{"y":null}],"empty":{},"none":[]})");
  sample.last().metadata = R"({"team":"club"})";
  write(sample);
  const auto text = show("1");
  EXPECT_THAT(text, HasSubstr("message      register_book v1  command\n"));
  EXPECT_THAT(text, HasSubstr("id           " + sample.at(0).message_id.to_string()));
  EXPECT_THAT(text, HasSubstr("created      2025-12-22 10:11:12.123456 UTC\n"));
  EXPECT_THAT(text, HasSubstr("cause        none (from outside)\n"));
  EXPECT_THAT(text, HasSubstr("metadata     {\"team\":\"club\"}\n"));
  EXPECT_THAT(text, HasSubstr("payload\n"
                              "  {\n"
                              "    \"id\": \"a\",\n"
                              "    \"tags\": [\n"
                              "      \"x\",\n"
                              "      {\n"
                              "        \"y\": null\n"
                              "      }\n"
                              "    ],\n"
                              "    \"empty\": {},\n"
                              "    \"none\": []\n"
                              "  }\n"));
}

TEST_F(show_command, works_when_the_cause_lies_outside) {
  sample_log sample;
  sample.command("take_over");
  sample.last().causation_id = uuid::parse("0198c0de-7b1a-7000-8000-0123456789ab");
  sample.event("taken_over", sample.at(0));
  write(sample);
  EXPECT_THAT(tree_of("2"),
              HasSubstr("      0198c0de-7b1a-7000-8000-0123456789ab (outside)\n   1"));
}

TEST_F(show_command, draws_a_part_of_a_large_tree_and_says_how_to_see_all) {
  sample_log sample;
  const auto command = sample.command("start");
  for (int i = 0; i < 200; ++i) sample.event("step", command);
  write(sample);
  const auto text = tree_of("150");
  EXPECT_THAT(text, HasSubstr("   1  start v1"));
  EXPECT_THAT(text, HasSubstr(" 150  ├─ step v1 ↗"));
  EXPECT_THAT(text, HasSubstr("└─ … 141 more\n"));
  EXPECT_THAT(text, HasSubstr("60 of 201 messages are drawn: --all draws all of them"));
  EXPECT_THAT(text, HasSubstr("messagebus log club.db --correlation " +
                              sample.at(0).correlation_id.to_string()));
}

TEST_F(show_command, draws_a_long_chain_without_leaving_the_screen) {
  sample_log sample;
  recorded_message cause = sample.command("start");
  for (int i = 0; i < 5000; ++i) cause = recorded_message(sample.event("step", cause));
  write(sample);
  const auto text = tree_of("2500");
  EXPECT_THAT(text, HasSubstr("… 2469 more above\n"));
  EXPECT_THAT(text, HasSubstr("◀ this one"));
  EXPECT_THAT(text, HasSubstr("⋮30 └─ step"));
  EXPECT_EQ(
      show_message(log(), {.location = "club.db", .reference = "2500", .all = true}, around()),
      exit_code::ok);
  EXPECT_GT(take_out().size(), 5000U * 20);
}

TEST_F(show_command, writes_the_tree_as_json) {
  sample_log sample;
  const auto command = sample.command("register_book");
  sample.event("book_registered", command);
  write(sample);
  EXPECT_EQ(show_message(log(), {.location = "a", .reference = "2", .json = true}, around()),
            exit_code::ok);
  const auto text = take_out();
  EXPECT_THAT(text, HasSubstr(R"({"depth":0,"asked":false,"message":{"position":1,)"));
  EXPECT_THAT(text, HasSubstr(R"({"depth":1,"asked":true,"message":{"position":2,)"));
  EXPECT_THAT(text, EndsWith("}}}\n"));
}

TEST_F(show_command, tells_when_there_is_no_such_message) {
  EXPECT_EQ(show("9", exit_code::found), "");
  EXPECT_THAT(take_err(), HasSubstr("messagebus: club.db has no message 9"));
}

TEST_F(show_command, lists_the_candidates_when_the_beginning_means_several) {
  sample_log sample;
  for (int i = 0; i < 3; ++i) sample.command("register_book");
  write(sample);
  EXPECT_EQ(show(sample.at(0).message_id.to_string().substr(0, 8), exit_code::found), "");
  const auto text = take_err();
  EXPECT_THAT(text, HasSubstr("means 3 messages of club.db"));
  EXPECT_THAT(text,
              HasSubstr("     2  " + sample.at(1).message_id.to_string() + "  register_book"));
}

TEST_F(show_command, a_message_can_be_named_in_many_ways) {
  sample_log sample;
  for (int i = 0; i < 20; ++i) sample.command("register_book");
  write(sample);
  const auto id = sample.at(7).message_id.to_string();
  auto upper = id;
  for (auto& c : upper) c = static_cast<char>(std::toupper(c));
  auto bare = id;
  std::erase(bare, '-');
  for (const auto& reference :
       {id, upper, bare, std::string("8"), id_of(sample, 7),
        id.substr(0, 8) + "..." + id.substr(30), id.substr(0, 8) + ".." + id.substr(30),
        id.substr(0, 31), id.substr(0, 35) + "…"}) {
    EXPECT_THAT(show(reference), HasSubstr("id           " + id)) << reference;
  }
}

TEST_F(show_command, refuses_what_means_no_message) {
  for (const auto* text : {"", "zzz", "-", "…abcd", "0198…zz", "0198 c0de"}) {
    EXPECT_THROW(message_reference{text}, usage_error) << text;
  }
}

TEST_F(show_command, ends_where_a_chain_bites_its_own_tail) {
  sample_log sample;
  sample.command("a");
  sample.event("b", sample.at(0));
  auto messages = sample;
  messages.last().causation_id = messages.last().message_id;
  write(messages);
  EXPECT_THAT(tree_of("2"), AllOf(HasSubstr("   2  b v1"), Not(HasSubstr("a v1"))));
}

TEST_F(show_command, says_what_json_leaves_out_of_a_large_tree) {
  sample_log sample;
  const auto command = sample.command("a");
  for (int i = 0; i < 3; ++i) sample.event("b", command);
  write(sample);
  show_view view{.location = "club.db", .reference = "1", .json = true, .messages_read_max = 2};
  EXPECT_EQ(show_message(log(), view, around()), exit_code::ok);
  EXPECT_THAT(take_err(), HasSubstr("more than 2 messages, and the others are left out: --all"));
  view.all = true;
  EXPECT_EQ(show_message(log(), view, around()), exit_code::ok);
  EXPECT_EQ(take_err(), "");
}

TEST(causation_tree, counts_what_stands_below) {
  sample_log sample;
  memory::database database;
  const auto command = sample.command("a");
  const auto event = sample.event("b", command);
  sample.event("c", event);
  write<memory::session>(database, sample.messages());
  auto log = database.log();
  const auto tree = read_causation_tree(log, *sync_wait(log.find(command.message_id)), 100);
  EXPECT_EQ(tree.sizes(), (std::vector<std::size_t>{3, 2, 1}));
  EXPECT_TRUE(read_causation_tree(log, *sync_wait(log.find(command.message_id)), 2).is_cut);
}

TEST(pretty_json, shows_text_that_is_no_json_as_it_is) {
  std::string text;
  append_pretty_json(text, "{\"cut\x1b", 2, palette());
  EXPECT_EQ(text, "  {\"cut\\u001b\n");
}

TEST(pretty_json, takes_any_json) {
  for (const auto* json : {"1", "\"a\\\"b\"", "[]", "{}", " { \"a\" : [ 1 , 2 ] } ", "[[[]]]",
                           "{\"a\":{\"b\":{}},\"c\":true}"}) {
    std::string text;
    append_pretty_json(text, json, 0, palette(true));
    EXPECT_THAT(text, EndsWith("\n")) << json;
  }
}

}  // namespace
}  // namespace messagebus::tool
