#include "verify_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <messagebus/domain/error.hpp>
#include <set>

#include "memory_fixture.hpp"

namespace messagebus::tool {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

// The log of another, for tests that put something in between.
class wrapped_log : public message_log {
 public:
  explicit wrapped_log(message_log& whole) : whole_(whole) {}

  task<> read_page(const log_query& query, log_page& page) override {
    return whole_.read_page(query, page);
  }
  task<std::optional<recorded_message>> find(uuid message_id) override {
    return whole_.find(message_id);
  }
  task<position> last_position() override { return whole_.last_position(); }
  task<> wait_behind(position seen, std::stop_token stop) override {
    return whole_.wait_behind(seen, std::move(stop));
  }

 private:
  message_log& whole_;
};

// Cannot read some messages.
class damaged_log final : public wrapped_log {
 public:
  damaged_log(message_log& whole, std::set<std::int64_t> damaged)
      : wrapped_log(whole), damaged_(std::move(damaged)) {}

  task<> read_page(const log_query& query, log_page& page) override {
    co_await wrapped_log::read_page(query, page);
    for (const auto& message : page.messages()) {
      if (!damaged_.contains(message.position.value)) continue;
      throw error(errc::storage_corrupt, "row " + std::to_string(message.position.value));
    }
  }

 private:
  std::set<std::int64_t> damaged_;
};

// Goes on with the message at 900 when it reads forwards from 256.
class leaping_log final : public wrapped_log {
 public:
  using wrapped_log::wrapped_log;

  task<> read_page(const log_query& query, log_page& page) override {
    auto leaping = query;
    if (query.order == log_order::oldest_first && query.after == position{256}) {
      leaping.after = position{899};
    }
    co_await wrapped_log::read_page(leaping, page);
  }
};

// Finds the third message where the first stands.
class twofold_log final : public wrapped_log {
 public:
  using wrapped_log::wrapped_log;

  task<std::optional<recorded_message>> find(uuid message_id) override {
    auto found = co_await wrapped_log::find(message_id);
    if (found && found->position == position{3}) found->position = position{1};
    co_return found;
  }
};

class examined_log final : public opened_log {
 public:
  explicit examined_log(message_log& log) : log_(log) {}

  const std::string& location() const override { return location_; }
  message_log& log() override { return log_; }
  void check_database(const fault_report& report, std::stop_token /*stop*/) override {
    for (const auto& fault : faults) report(fault);
  }

  std::vector<std::string> faults;

 private:
  const std::string location_ = "club.db";
  message_log& log_;
};

class verify_command : public memory_fixture {
 protected:
  std::string verify(exit_code expected, const verify_view& view = {}) {
    examined_log opened(log());
    return verify(opened, expected, view);
  }
  std::string verify(examined_log& opened, exit_code expected, const verify_view& view = {}) {
    EXPECT_EQ(verify_log(opened, view, around()), expected);
    return take_out();
  }

  // A command and what it raised, the event made otherwise than it should be.
  template <class Change>
  std::string verify_changed(Change change) {
    sample_log sample;
    sample.event("book_registered", recorded_message(sample.command("register_book")));
    change(sample);
    write(sample);
    return verify(exit_code::found);
  }
};

TEST_F(verify_command, E5_M6_finds_nothing_where_all_is_well) {
  sample_log sample;
  for (int i = 0; i < 1000; ++i) {
    sample.event("book_registered", recorded_message(sample.command("register_book")));
  }
  write(sample);
  EXPECT_EQ(verify(exit_code::ok), "club.db: 2,000 messages examined: nothing wrong was found\n");
}

TEST_F(verify_command, an_empty_log_is_well) {
  EXPECT_EQ(verify(exit_code::ok), "club.db: 0 messages examined: nothing wrong was found\n");
}

TEST_F(verify_command, M2_finds_ids_of_another_version) {
  EXPECT_THAT(verify_changed([](sample_log& sample) {
                sample.last().message_id = *uuid::parse("0198c0de-7b1a-4000-8000-0123456789ab");
              }),
              HasSubstr("       2  0198c0de…89ab  id           expected a UUID of version 7, "
                        "found version 4\n"));
}

TEST_F(verify_command, E5_finds_a_cause_behind_its_effect) {
  sample_log sample;
  const auto command = sample.command("register_book");
  auto event = sample.event("book_registered", command);
  sample_log other_order;
  other_order.command("a");
  other_order.last() = event;
  other_order.command("b");
  other_order.last() = command;
  write(other_order);
  EXPECT_THAT(verify(exit_code::found),
              HasSubstr("cause        the cause stands behind it, at position 2\n"));
}

TEST_F(verify_command, M6_finds_a_message_that_is_its_own_cause) {
  EXPECT_THAT(verify_changed([](sample_log& sample) {
                sample.last().causation_id = sample.last().message_id;
              }),
              HasSubstr("the message is its own cause\n"));
}

TEST_F(verify_command, M6_finds_a_chain_that_changes_its_correlation) {
  EXPECT_THAT(verify_changed([](sample_log& sample) {
                sample.last().correlation_id = sample.last().message_id;
              }),
              AllOf(HasSubstr("correlation  the correlation id is "),
                    HasSubstr(", that of the cause, at position 1, is ")));
}

TEST_F(verify_command, M6_a_cause_in_another_log_is_no_fault) {
  sample_log sample;
  sample.command("take_over");
  sample.last().causation_id = uuid::parse("0198c0de-7b1a-7000-8000-0123456789ab");
  write(sample);
  EXPECT_THAT(verify(exit_code::ok),
              HasSubstr("1 caused by a message that is not in this log, which is no fault\n"));
}

TEST_F(verify_command, E4_finds_what_no_schema_could_have) {
  EXPECT_THAT(verify_changed([](sample_log& sample) {
                auto& message = sample.last();
                message.name = "book registered";
                message.schema_version = 0;
                message.payload = "[1]";
                message.metadata = "{";
                message.created_at = timestamp::max();
                message.kind = static_cast<message_kind>(9);
              }),
              AllOf(HasSubstr("name         expected printable ASCII"),
                    HasSubstr("version      expected 1 or more, found 0"),
                    HasSubstr("payload      expected a JSON object, found another"),
                    HasSubstr("metadata     expected a JSON object: "),
                    HasSubstr("time         expected a year from 1 to 9999"),
                    HasSubstr("kind         expected 1 (command) or 2 (event), found 9"),
                    HasSubstr("club.db: 2 messages examined: 6 findings (1 time, 1 kind, 1 name, "
                              "1 version, 1 metadata, 1 payload)\n")));
}

TEST_F(verify_command, E6_finds_an_id_that_stands_twice) {
  sample_log sample;
  for (int i = 0; i < 3; ++i) sample.command("register_book");
  write(sample);
  twofold_log twofold(log());
  examined_log opened(twofold);
  EXPECT_THAT(verify(opened, exit_code::found),
              HasSubstr("id           the id is also that of position 1\n"));
}

TEST_F(verify_command, reads_on_behind_messages_that_cannot_be_read) {
  sample_log sample;
  for (int i = 0; i < 1000; ++i) sample.command("register_book");
  write(sample);
  damaged_log damaged(log(), {1, 500, 501, 502, 900, 1000});
  examined_log opened(damaged);
  const auto text = verify(opened, exit_code::found);
  EXPECT_THAT(text, HasSubstr("       1  —              damage       cannot be read: row 1\n"));
  EXPECT_THAT(text, HasSubstr("     500  —              damage       up to 502 cannot be read: "));
  EXPECT_THAT(text, HasSubstr("     900  —              damage       cannot be read: row 900\n"));
  EXPECT_THAT(text, HasSubstr("    1000  —              damage       cannot be read: row 1000\n"));
  EXPECT_THAT(text, HasSubstr("club.db: 994 messages examined: 4 findings (4 damage)\n"));
}

TEST_F(verify_command, E5_finds_messages_that_reading_in_order_leaps_over) {
  sample_log sample;
  for (int i = 0; i < 1000; ++i) sample.command("register_book");
  write(sample);
  leaping_log leaping(log());
  examined_log opened(leaping);
  const auto text = verify(opened, exit_code::found);
  EXPECT_THAT(text, HasSubstr("     257  —              damage       cannot be read: reading in "
                              "order leaps over messages from here on\n"));
  EXPECT_THAT(text, HasSubstr("club.db: 999 messages examined: 1 finding (1 damage)\n"));
}

TEST_F(verify_command, tells_what_the_database_says_against_itself) {
  examined_log opened(log());
  opened.faults = {"row 3 missing from index \x1b[2J"};
  EXPECT_THAT(verify(opened, exit_code::found),
              HasSubstr("       —  —              database     row 3 missing from index "
                        "\\u001b[2J\n"));
}

TEST_F(verify_command, shows_some_findings_and_counts_all) {
  sample_log sample;
  for (int i = 0; i < 20; ++i) sample.command("register_book", "[1]");
  write(sample);
  const auto text = verify(exit_code::found, {.findings_max = 3});
  EXPECT_EQ(std::ranges::count(text, '\n'), 5) << text;
  EXPECT_THAT(text, HasSubstr("       …  17 more findings; --limit 0 shows all\n"));
  EXPECT_THAT(text, HasSubstr("20 findings (20 payload)\n"));
}

TEST_F(verify_command, writes_findings_and_a_summary_as_json) {
  sample_log sample;
  sample.command("register_book", "[1]");
  write(sample);
  EXPECT_EQ(verify(exit_code::found, {.json = true}),
            R"({"position":1,"message_id":")" + sample.at(0).message_id.to_string() +
                R"(","check":"payload","finding":"expected a JSON object, found another JSON )"
                R"(value"})"
                "\n"
                R"({"messages":1,"findings":1,"causes_outside":0,"complete":true})"
                "\n");
}

TEST_F(verify_command, stops_when_it_is_told_to) {
  sample_log sample;
  sample.command("register_book");
  write(sample);
  stop().request_stop();
  EXPECT_THAT(verify(exit_code::interrupted), HasSubstr("examined, then interrupted: nothing"));
}

}  // namespace
}  // namespace messagebus::tool
