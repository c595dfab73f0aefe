// The real command on real files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "end_to_end_fixture.hpp"

namespace messagebus::tool {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST_F(end_to_end, log_and_show) {
  const auto log = run_messagebus({"log", file_});
  EXPECT_EQ(log.exit_code, 0);
  EXPECT_EQ(log.err, "");
  EXPECT_THAT(log.out, HasSubstr("   2  10:11:12.124456  book_registered v1 ↗"));
  const auto show = run_messagebus({"show", file_, "2"});
  EXPECT_EQ(show.exit_code, 0);
  EXPECT_THAT(show.out, HasSubstr("└─ book_registered v1 ↗"));
  expect_failure(run_messagebus({"show", file_, "77"}), 1, "has no message 77");
}

TEST_F(end_to_end, help_has_examples_and_version_a_number) {
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{},
                                             {"log"},
                                             {"follow"},
                                             {"show"},
                                             {"stats"},
                                             {"verify"},
                                             {"export"},
                                             {"import"},
                                             {"completion"}}) {
    auto arguments = command;
    arguments.emplace_back("--help");
    const auto help = run_messagebus(arguments);
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_THAT(help.out, HasSubstr("Examples:\n  "));
  }
  EXPECT_THAT(run_messagebus({"--help"}).out, HasSubstr("Exit codes: 0"));
  EXPECT_THAT(run_messagebus({"--version"}).out, StartsWith("messagebus 0."));
}

TEST_F(end_to_end, wrong_usage_is_explained) {
  expect_failure(run_messagebus({}), 2, "a command is missing; 'messagebus --help' tells more");
  expect_failure(run_messagebus({"--json"}), 2, "a command is missing; 'messagebus --help'");
  expect_failure(run_messagebus({"lgo", file_}), 2, "there is no command 'lgo'");
  expect_failure(run_messagebus({file_, "log"}), 2, "the command comes first, before '" + file_);
  expect_failure(run_messagebus({"--last", "3", "log", file_}), 2,
                 "the command comes first, before '--last'; 'messagebus log --help'");
  expect_failure(run_messagebus({"log"}), 2, "LOCATION is required; 'messagebus log --help'");
  expect_failure(run_messagebus({"log", file_, "--frist", "3"}), 2, "--frist");
  expect_failure(run_messagebus({"log", file_, "--first", "3", "--last", "3"}), 2, "excludes");
  expect_failure(run_messagebus({"log", file_, "--kind", "query"}), 2, "{command,event}");
  expect_failure(run_messagebus({"log", file_, "--from", "noon"}), 2, "'noon' is no instant");
  expect_failure(run_messagebus({"log", file_, "--after", "-1"}), 2, "expected 0 or more");
  for (const char* const number : {"010", "0x3", "1e1", "+3", "3.5", "x"}) {
    for (const char* const option : {"--first", "--after", "--version"}) {
      expect_failure(run_messagebus({"log", file_, option, number}), 2,
                     std::string(option) + ": expected a number such as 20, found " + number);
    }
  }
  expect_failure(run_messagebus({"log", file_, "--last", "-1"}), 2, "expected 0 or more");
  expect_failure(run_messagebus({"follow", file_, "--count", "-1"}), 2, "expected 0 or more");
  expect_failure(run_messagebus({"verify", file_, "--limit", "-1"}), 2, "expected 0 or more");
  expect_failure(run_messagebus({"log", file_, "--after", "99999999999999999999"}), 2,
                 "expected 9223372036854775807 or less");
  expect_failure(run_messagebus({"log", file_, "--correlation", "0198"}), 2, "no whole id");
  expect_failure(run_messagebus({"show", file_, "zzz"}), 2, "'zzz' is no id");
}

TEST_F(end_to_end, what_can_never_match_is_wrong_usage) {
  for (const std::string command : {"log", "follow", "stats", "export"}) {
    expect_failure(run_messagebus({command, file_, "--name", ""}), 2,
                   "--name: expected the name of a message, such as register_book, found an "
                   "empty text");
    expect_failure(run_messagebus({command, file_, "--version", "0"}), 2,
                   "--version: expected 1 or more, found 0");
    expect_failure(run_messagebus({command, file_, "--version", "-1"}), 2,
                   "--version: expected 1 or more, found -1");
  }
}

TEST_F(end_to_end, an_empty_text_stands_for_nothing) {
  expect_failure(run_messagebus({"export", file_, "--output", ""}), 2,
                 "--output: expected the name of a file, or - for standard output, found an "
                 "empty text");
  expect_failure(run_messagebus({"import", folder_ / "copy.db", ""}), 2,
                 "FILE: expected the name of a file, or - for standard input, found an empty text");
  expect_failure(run_messagebus({"log", ""}), 2, "LOCATION: expected the path of an SQLite file");
  expect_failure(run_messagebus({"log", file_, "--last", ""}), 2,
                 "--last: expected a number, found an empty text");
}

// Of the last number of all there is none behind it.
TEST_F(end_to_end, E5_a_message_at_the_last_possible_position_is_examined) {
  sql("INSERT INTO messagebus_message SELECT 9223372036854775807, randomblob(16), created_at, kind,"
      " name, schema_version, published, randomblob(16), NULL, metadata, payload, 1"
      " FROM messagebus_message WHERE position = 1");
  const auto verified = run_messagebus({"verify", file_});
  EXPECT_EQ(verified.exit_code, 1) << verified.err;  // its id is no UUID of version 7
  EXPECT_THAT(verified.out, HasSubstr("9223372036854775807"));
  EXPECT_THAT(verified.out, HasSubstr("3 messages examined"));
}

TEST_F(end_to_end, filters_narrow) {
  const auto lines = [&](std::vector<std::string> filters) {
    filters.insert(filters.begin(), {"log", file_, "--json"});
    return std::ranges::count(run_messagebus(filters).out, '\n');
  };
  EXPECT_EQ(lines({}), 2);
  EXPECT_EQ(lines({"--after", "1"}), 1);
  EXPECT_EQ(lines({"--up-to", "1"}), 1);
  EXPECT_EQ(lines({"--from", "2025-12-22T10:11:12.124Z"}), 1);
  EXPECT_EQ(lines({"--until", "2025-12-22T10:11:12.124Z"}), 1);
  EXPECT_EQ(lines({"--name", "register_book"}), 1);
  EXPECT_EQ(lines({"--name", "register_book", "--name", "book_registered"}), 2);
  EXPECT_EQ(lines({"--version", "2"}), 0);
  EXPECT_EQ(lines({"--kind", "event"}), 1);
  EXPECT_EQ(lines({"--published"}), 1);
  EXPECT_EQ(lines({"--internal"}), 1);
  EXPECT_EQ(lines({"--correlation", sample_.at(0).message_id.to_string()}), 2);
}

TEST_F(end_to_end, colours_are_drawn_when_they_are_wanted) {
  const std::vector<std::string> log = {"log", file_};
  EXPECT_THAT(run_messagebus(log).out, Not(HasSubstr("\x1b[")));
  EXPECT_THAT(run_messagebus(log, {.environment = {{"CLICOLOR_FORCE", "1"}}}).out,
              HasSubstr("\x1b["));
  EXPECT_THAT(run_messagebus({"log", file_, "--color", "always"}).out, HasSubstr("\x1b["));
  EXPECT_THAT(
      run_messagebus(log, {.environment = {{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}}).out,
      Not(HasSubstr("\x1b[")));
}

TEST_F(end_to_end, a_terminal_without_colours_gets_no_escapes) {
  for (const std::string command :
       {"verify club.db", "log club.db", "stats club.db", "show club.db 2"}) {
    const auto result =
        run_shell("script --quiet --return --command \"$messagebus " + command + "\" /dev/null",
                  {.environment = {{"NO_COLOR", "1"}}, .folder = folder_.path()});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, Not(HasSubstr("\x1b"))) << command;
  }
}

TEST_F(end_to_end, every_command_that_shows_messages_takes_json) {
  const auto lines = run_messagebus({"export", file_});
  EXPECT_EQ(run_messagebus({"export", file_, "--json"}).out, lines.out);
  EXPECT_EQ(run_messagebus({"log", file_, "--json"}).out, lines.out);
}

TEST_F(end_to_end, bad_locations_are_explained) {
  expect_failure(run_messagebus({"log", folder_ / "missing.db"}), 3, "missing.db");
  expect_failure(run_messagebus({"log", folder_ / "no/such/club.db"}), 3, "club.db");
  expect_failure(run_messagebus({"log", folder_.path().string()}), 3, "it is a directory");
  write_text(folder_ / "text.db", std::string(5000, 'x'));
  expect_failure(run_messagebus({"log", folder_ / "text.db"}), 3, "text.db");
  expect_failure(run_messagebus({"log", "postgresql://club"}), 3, "postgresql://");
  run_shell("mkfifo '" + folder_ / "pipe" + "'; ln -s loop '" + folder_ / "loop" + "'");
  expect_failure(run_messagebus({"log", folder_ / "pipe"}), 3, "a device or a pipe");
  expect_failure(run_messagebus({"log", folder_ / "loop"}), 3, "symbolic links");
}

TEST_F(end_to_end, reading_makes_nothing_and_changes_nothing) {
  run_messagebus({"log", folder_ / "missing.db"});
  EXPECT_FALSE(std::filesystem::exists(folder_ / "missing.db"));
  write_text(folder_ / "empty.db", "");
  EXPECT_EQ(run_messagebus({"log", folder_ / "empty.db"}).exit_code, 3);
  EXPECT_EQ(std::filesystem::file_size(folder_ / "empty.db"), 0U);
  const auto before = read_text(file_);
  run_messagebus({"log", file_});
  run_messagebus({"show", file_, "1"});
  EXPECT_EQ(read_text(file_), before);
}

TEST_F(end_to_end, E7_a_newer_schema_is_refused) {
  sql("UPDATE messagebus_schema SET version = 999");
  expect_failure(run_messagebus({"log", file_}), 3, "newer");
}

TEST_F(end_to_end, a_file_without_permission_is_explained) {
  if (::geteuid() == 0) GTEST_SKIP() << "the superuser reads every file";
  ::chmod(file_.c_str(), 0);
  expect_failure(run_messagebus({"log", file_}), 3, "club.db");
}

TEST_F(end_to_end, a_corrupt_file_is_explained) {
  auto bytes = read_text(file_);
  for (std::size_t i = 4096; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7);
  write_text(file_, bytes);
  expect_failure(run_messagebus({"log", file_}), 3, "club.db");
}

TEST_F(end_to_end, a_reader_that_goes_away_is_no_error) {
  sample_log sample;
  for (int i = 0; i < 20000; ++i) sample.command("register_book");
  write_file(folder_ / "long.db", sample);
  const auto result = run_shell("$messagebus log long.db | head -1; echo ${PIPESTATUS[0]}",
                                {.folder = folder_.path()});
  EXPECT_EQ(result.err, "");
  EXPECT_THAT(result.out, EndsWith("\n141\n"));
}

TEST_F(end_to_end, output_that_cannot_be_written_is_an_error) {
  expect_failure(run_shell("exec $messagebus --help >/dev/full", {.folder = folder_.path()}), 5,
                 "standard output cannot be written: No space left on device");
  expect_failure(run_shell("exec $messagebus log club.db >/dev/full", {.folder = folder_.path()}),
                 5, "standard output cannot be written: No space left on device");
}

}  // namespace
}  // namespace messagebus::tool
