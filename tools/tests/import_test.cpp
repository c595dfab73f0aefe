#include "import_command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "export_command.hpp"
#include "memory_fixture.hpp"
#include "message_record.hpp"

namespace messagebus::tool {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Counts how often it was asked for a message.
class counted_log final : public message_log {
 public:
  counted_log(memory::database& database, int& searches)
      : log_(database.log()), searches_(searches) {}

  task<> read_page(const log_query& query, log_page& page) override {
    return log_.read_page(query, page);
  }
  task<std::optional<recorded_message>> find(uuid message_id) override {
    ++searches_;
    return log_.find(message_id);
  }
  task<position> last_position() override { return log_.last_position(); }
  task<> wait_behind(position seen, std::stop_token stop) override {
    return log_.wait_behind(seen, std::move(stop));
  }

 private:
  memory::log log_;
  int& searches_;
};

class memory_store final : public opened_store {
 public:
  memory_store(memory::database& database, int& searches)
      : database_(database), log_(database, searches) {}

  const std::string& location() const override { return location_; }
  message_log& log() override { return log_; }
  std::unique_ptr<session> begin() override { return std::make_unique<memory::session>(database_); }

 private:
  const std::string location_ = "copy.db";
  memory::database& database_;
  counted_log log_;
};

// Lines that stand in a file without a name.
class lines_of {
 public:
  explicit lines_of(const std::string& text) {
    EXPECT_EQ(::write(file_.descriptor(), text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
    ::lseek(file_.descriptor(), 0, SEEK_SET);
  }

  line_input& operator*() { return lines_; }

 private:
  written_file file_;
  std::stop_source stop_;
  line_input lines_{"/proc/self/fd/" + std::to_string(file_.descriptor()), 1000, stop_.get_token()};
};

class import_command : public memory_fixture {
 protected:
  std::string exported() {
    EXPECT_EQ(export_log(log(), {}, {}, around()), exit_code::ok);
    return take_out();
  }

  exit_code import(const std::string& text, const import_view& view = {}) {
    lines_of lines(text);
    return import_lines(
        *lines, [this] { return std::make_unique<memory_store>(copy_, searches_); }, view,
        around());
  }

  std::string refusal(const std::string& text, const import_view& view = {}) {
    try {
      import(text, view);
    } catch (const refused_line_error& refused) {
      const std::string sentence = refused.what();
      return sentence.substr(sentence.find(':'));  // behind the name of the file
    }
    return "nothing was refused";
  }

  std::vector<recorded_message> copied() {
    auto log = copy_.log();
    std::vector<recorded_message> messages;
    for (const auto& message : log.read({})) messages.push_back(message);
    return messages;
  }

  // As many lines as messages.
  static std::string lines(const sample_log& sample) {
    std::string text;
    for (const auto& message : sample.messages()) {
      append_record(text, message);
      text += '\n';
    }
    return text;
  }

  // How often the log was asked for a message since this was asked last.
  int searches() { return std::exchange(searches_, 0); }

 private:
  memory::database copy_;
  int searches_ = 0;
};

TEST_F(import_command, E4_what_was_exported_comes_back_byte_for_byte) {
  sample_log sample;
  const auto command = sample.command("register_book", R"({ "spaced" : 1.50e+00 })");
  sample.event("book_registered", command,
               R"({"escaped":"\u00e9\/","big":12345678901234567890123})");
  sample.last().metadata = R"({"team": "club"})";
  sample.event("later", command, "{\"lines\":\n1}");
  sample.last().causation_id = uuid::parse("0198c0de-7b1a-7000-8000-0123456789ab");
  sample.last().schema_version = 7;
  write(sample);
  EXPECT_EQ(import(exported()), exit_code::ok);
  EXPECT_EQ(take_out(), "3 messages imported into copy.db\n");
  auto expected = sample.messages();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    expected[i].position = position{static_cast<std::int64_t>(i + 1)};
  }
  EXPECT_EQ(copied(), expected);
}

TEST_F(import_command, an_empty_log_comes_back_empty) {
  EXPECT_EQ(import(exported()), exit_code::ok);
  EXPECT_EQ(take_out(), "0 messages imported into copy.db\n");
  EXPECT_THAT(copied(), ::testing::IsEmpty());
}

TEST_F(import_command, takes_lines_that_an_editor_has_saved_anew) {
  sample_log sample;
  sample.command("register_book");
  sample.command("register_book");
  std::string text = lines(sample);
  text.insert(text.find('\n'), "\r");
  EXPECT_EQ(import("\xef\xbb\xbf" + text + "\r\n"), exit_code::ok);
  EXPECT_EQ(copied().size(), 2U);
  EXPECT_THAT(refusal("\n\xef\xbb\xbf" + text), StartsWith(":2: $: not valid JSON"));
}

TEST_F(import_command, says_what_to_do_with_a_file_that_is_compressed_or_in_utf_16) {
  for (const std::string start : {"\x1f\x8b\x08", "\x28\xb5\x2f\xfd", "\xfd\x37zXZ"}) {
    EXPECT_THAT(refusal(start + "\n"),
                HasSubstr("the file is compressed: give the output of zcat"));
  }
  EXPECT_THAT(refusal(std::string("\xff\xfe{\0\n\0", 6)), HasSubstr("iconv -f UTF-16 -t UTF-8"));
}

TEST_F(import_command, keeps_whole_batches_before_a_line_that_is_wrong) {
  sample_log sample;
  for (int i = 0; i < 7; ++i) sample.command("register_book");
  const auto text = lines(sample) + "{\"position\":8}\n" + lines(sample);
  EXPECT_THAT(refusal(text, {.batch_messages_max = 3}),
              AllOf(StartsWith(":8: $.message_id: the field is missing"),
                    EndsWith("; mend the line; lines 1 to 6 are in the log, none behind them: run "
                             "the import again with --skip-existing")));
  EXPECT_EQ(copied().size(), 6U);
}

TEST_F(import_command, keeps_nothing_when_the_first_batch_is_wrong) {
  EXPECT_THAT(refusal("\n\nhello\n"),
              AllOf(StartsWith(":3: $: not valid JSON"), EndsWith("; nothing was imported")));
}

TEST_F(import_command, tells_a_file_that_was_cut_off) {
  sample_log sample;
  sample.command("register_book");
  const auto text = lines(sample);
  EXPECT_THAT(refusal(text.substr(0, text.size() - 5)),
              HasSubstr("the last line has no end: is the file whole?"));
  EXPECT_EQ(import(text.substr(0, text.size() - 1)), exit_code::ok);
}

TEST_F(import_command, refuses_lines_that_are_too_long) {
  EXPECT_THAT(refusal(std::string(2000, 'x')), StartsWith(":1: longer than "));
  EXPECT_THAT(refusal(std::string(2000, 'x') + "\n"), StartsWith(":1: longer than "));
}

TEST_F(import_command, E6_refuses_what_is_there_already) {
  sample_log sample;
  for (int i = 0; i < 3; ++i) sample.command("register_book");
  ASSERT_EQ(import(lines(sample)), exit_code::ok);
  const auto id = sample.at(0).message_id.to_string();
  EXPECT_EQ(refusal(lines(sample)), ":1: message " + id +
                                        " is in the log already, at position 1; --skip-existing "
                                        "passes over such lines; nothing was imported");
  EXPECT_EQ(copied().size(), 3U);
}

TEST_F(import_command, E6_refuses_what_stands_twice_in_the_file) {
  sample_log sample;
  sample.command("register_book");
  EXPECT_THAT(refusal(lines(sample) + lines(sample)), HasSubstr(" stands on line 1 already; "));
  EXPECT_THAT(refusal(lines(sample) + lines(sample), {.batch_messages_max = 1}),
              AllOf(StartsWith(":2: "), HasSubstr("is in the log already, at position 1")));
}

TEST_F(import_command, E6_can_be_repeated) {
  sample_log sample;
  for (int i = 0; i < 3; ++i) sample.command("register_book");
  ASSERT_EQ(import(lines(sample)), exit_code::ok);
  sample.command("create_reviewer");
  take_out();
  EXPECT_EQ(import(lines(sample) + lines(sample), {.batch_messages_max = 3, .skip_existing = true}),
            exit_code::ok);
  EXPECT_EQ(take_out(), "1 message imported into copy.db, 7 skipped: in the log already\n");
  EXPECT_EQ(copied().size(), 4U);
  EXPECT_EQ(import(lines(sample), {.skip_existing = true, .json = true}), exit_code::ok);
  EXPECT_EQ(take_out(), "{\"lines\":4,\"imported\":0,\"skipped\":4}\n");
}

TEST_F(import_command, E6_refuses_other_content_under_the_same_id) {
  sample_log sample;
  sample.command("register_book");
  ASSERT_EQ(import(lines(sample)), exit_code::ok);
  const auto before = lines(sample);
  sample.last().payload = "{}";
  for (const bool skip : {false, true}) {
    EXPECT_THAT(refusal(lines(sample), {.skip_existing = skip}),
                HasSubstr("stands with other content at position 1; one of the two"));
    EXPECT_THAT(refusal(before + lines(sample), {.skip_existing = skip}),
                HasSubstr("stands with other content on line 1"));
  }
}

TEST_F(import_command, E5_refuses_a_cause_behind_its_effect) {
  sample_log sample;
  const auto command = sample.command("register_book");
  sample.event("book_registered", command);
  sample_log other_order;
  other_order.command("a");
  other_order.last() = sample.at(1);
  other_order.command("b");
  other_order.last() = command;
  for (const std::size_t batch : {1U, 10U}) {
    EXPECT_THAT(
        refusal(lines(other_order), {.batch_messages_max = batch, .skip_existing = true}),
        AllOf(StartsWith(":2: message "), HasSubstr("stands behind line 1, which it caused; "
                                                    "put the lines into the order")));
  }
}

TEST_F(import_command, E5_refuses_a_message_that_is_its_own_cause) {
  sample_log sample;
  sample.command("register_book");
  sample.last().causation_id = sample.last().message_id;
  EXPECT_THAT(refusal(lines(sample)), AllOf(StartsWith(":1: message "), HasSubstr("own cause")));
}

TEST_F(import_command, E5_effects_may_follow_alone_when_the_cause_is_there) {
  sample_log sample;
  const auto command = sample.command("register_book");
  const auto both = (sample.event("book_registered", command), lines(sample));
  ASSERT_EQ(import(both.substr(0, both.find('\n') + 1)), exit_code::ok);
  const auto effect = both.substr(both.find('\n') + 1);
  EXPECT_EQ(import(effect + both, {.batch_messages_max = 1, .skip_existing = true}), exit_code::ok);
  EXPECT_EQ(copied().size(), 2U);
}

// An archive that is brought back to the log whose older messages were deleted.
TEST_F(import_command, E5_refuses_a_cause_whose_effect_is_in_the_log_already) {
  sample_log sample;
  const auto command = sample.command("register_book");
  sample.event("book_registered", command);
  const auto both = lines(sample);
  ASSERT_EQ(import(both.substr(both.find('\n') + 1)), exit_code::ok);
  const import_view skipping{.skip_existing = true};
  EXPECT_THAT(refusal(both, skipping),
              AllOf(StartsWith(":2: message "), HasSubstr("already, at position 1, and its cause"),
                    HasSubstr("into a log of their own"), HasSubstr("nothing was imported")));
  EXPECT_EQ(copied().size(), 1U);
  EXPECT_THAT(refusal(both, {.batch_messages_max = 1, .skip_existing = true}),
              AllOf(StartsWith(":2: message "), HasSubstr("lines 1 to 1 are in the log")));
}

TEST_F(import_command, M6_refuses_another_correlation_id_than_that_of_the_cause) {
  sample_log sample;
  const auto command = sample.command("register_book");
  sample.event("book_registered", command);
  const auto other = sample.last().message_id;
  sample.last().correlation_id = other;
  const auto both = lines(sample);
  const auto cause_alone = both.substr(0, both.find('\n') + 1);
  const auto id = command.message_id.to_string();
  const auto sentence = [&](const std::string& where) {
    return ":2: message " + other.to_string() + " has the correlation id " + other.to_string() +
           ", that of its cause, " + where + ", is " + id +
           "; a message has that of its cause: mend the one that is wrong; ";
  };
  EXPECT_THAT(refusal(both), StartsWith(sentence("on line 1")));
  EXPECT_THAT(copied(), ::testing::IsEmpty());
  EXPECT_THAT(refusal(both, {.batch_messages_max = 1}), StartsWith(sentence("on line 1")));
  EXPECT_THAT(refusal("\n" + both.substr(cause_alone.size())),
              StartsWith(sentence("at position 1")));
  EXPECT_EQ(copied().size(), 1U);
}

TEST_F(import_command, M6_takes_in_what_has_a_cause_elsewhere) {
  sample_log sample;
  const auto elsewhere = sample.command("register_book");
  sample.event("book_registered", elsewhere);
  sample.last().correlation_id = sample.last().message_id;
  const auto both = lines(sample);
  EXPECT_EQ(import(both.substr(both.find('\n') + 1)), exit_code::ok);
}

TEST_F(import_command, the_log_is_not_asked_for_causes_that_were_imported_just_before) {
  sample_log sample;
  for (int i = 0; i < 100; ++i) {
    const auto command = sample.command("register_book");
    sample.event("book_registered", command);
  }
  EXPECT_EQ(import(lines(sample), {.batch_messages_max = 5}), exit_code::ok);
  EXPECT_EQ(searches(), 0);
}

TEST_F(import_command, M2_refuses_ids_of_another_version) {
  sample_log sample;
  sample.command("register_book");
  sample.last().message_id = *uuid::parse("0198c0de-7b1a-4000-8000-0123456789ab");
  EXPECT_THAT(refusal(lines(sample)),
              StartsWith(":1: $.message_id: expected a UUID of version 7, found version 4"));
}

TEST_F(import_command, stops_between_batches_and_says_what_is_kept) {
  sample_log sample;
  for (int i = 0; i < 3; ++i) sample.command("register_book");
  stop().request_stop();
  EXPECT_EQ(import(lines(sample)), exit_code::interrupted);
  EXPECT_EQ(take_err(), "messagebus: interrupted; nothing was imported\n");
  EXPECT_THAT(copied(), ::testing::IsEmpty());
}

TEST_F(import_command, an_export_stops_when_it_is_told_to) {
  sample_log sample;
  sample.command("register_book");
  write(sample);
  stop().request_stop();
  EXPECT_EQ(export_log(log(), {}, {}, around()), exit_code::interrupted);
}

}  // namespace
}  // namespace messagebus::tool
