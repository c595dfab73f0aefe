// export, import and follow between real files, and what gets into their way.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "end_to_end_fixture.hpp"

namespace messagebus::tool {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class carrying : public end_to_end {
 protected:
  program_result shell(const std::string& line) const {
    return run_shell(line, {.folder = folder_.path()});
  }

  void write_long_log(int messages) {
    sample_log sample;
    for (int i = 0; i < messages; ++i) sample.command("register_book");
    write_file(folder_ / "long.db", sample);
  }
};

TEST_F(carrying, E4_a_log_goes_through_a_file_and_comes_back_the_same) {
  const auto result = shell(
      "$messagebus export club.db --output club.jsonl && $messagebus import copy.db club.jsonl && "
      "$messagebus export copy.db | cmp - club.jsonl && $messagebus verify copy.db");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out,
            "2 messages imported into copy.db\n"
            "copy.db: 2 messages examined: nothing wrong was found\n");
}

TEST_F(carrying, a_file_is_exported_whole_or_not_at_all) {
  write_long_log(20000);
  expect_failure(shell("ulimit -f 1000; exec $messagebus export long.db --output part.jsonl"), 5,
                 "part.jsonl cannot be written: File too large");
  EXPECT_EQ(shell("ls part.jsonl* 2>&1").exit_code, 2);
  expect_failure(shell("exec $messagebus export club.db --output /dev/full"), 5,
                 "/dev/full cannot be written: No space left on device");
}

TEST_F(carrying, an_export_does_not_run_over_files) {
  const auto before = read_text(file_);
  expect_failure(shell("exec $messagebus export club.db --output club.db --force"), 2,
                 "club.db is the log itself");
  EXPECT_EQ(read_text(file_), before);
  shell("ln -s club.db link.db");
  for (const char* const beside :
       {"club.db-wal --force", "./club.db-shm --force", "club.db-journal"}) {
    expect_failure(shell("exec $messagebus export link.db -o " + std::string(beside)), 2,
                   "SQLite keeps beside the log");
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "club.db-journal"));
  write_text(folder_ / "notes", "mine");
  expect_failure(shell("exec $messagebus export club.db -o notes"), 5, "--force replaces it");
  EXPECT_EQ(read_text(folder_ / "notes"), "mine");
  EXPECT_EQ(shell("$messagebus export club.db -o notes --force").exit_code, 0);
  EXPECT_THAT(read_text(folder_ / "notes"), StartsWith("{\"position\":1,"));
  expect_failure(shell("exec $messagebus export club.db -o no/notes"), 5, "create the folder");
}

TEST_F(carrying, an_export_goes_where_a_link_leads) {
  std::filesystem::create_directory(folder_ / "there");
  shell("ln -s there/club.jsonl link; ln -s link second; ln -s loop loop; ln -s no/club nowhere");
  EXPECT_EQ(shell("$messagebus export club.db -o second").exit_code, 0);
  EXPECT_THAT(read_text(folder_ / "there/club.jsonl"), StartsWith("{\"position\":1,"));
  expect_failure(shell("exec $messagebus export club.db -o second"), 5, "--force replaces it");
  write_text(folder_ / "there/club.jsonl", "older");
  EXPECT_EQ(shell("$messagebus export club.db -o second --force").exit_code, 0);
  EXPECT_THAT(read_text(folder_ / "there/club.jsonl"), StartsWith("{\"position\":1,"));
  EXPECT_EQ(shell("readlink link second").out, "there/club.jsonl\nlink\n");
  EXPECT_EQ(shell("ls there").out, "club.jsonl\n");
  expect_failure(shell("exec $messagebus export club.db -o loop"), 5, "symbolic links");
  expect_failure(shell("exec $messagebus export club.db -o nowhere"), 5,
                 "nowhere, a link to no/club, cannot be written: No such file or directory; create "
                 "the folder first");
}

TEST_F(carrying, wrong_lines_end_an_import_with_file_and_line) {
  write_text(folder_ / "wrong.jsonl", "{}\n");
  expect_failure(shell("exec $messagebus import copy.db wrong.jsonl"), 4,
                 "wrong.jsonl:1: $.message_id: the field is missing");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "copy.db"));
  expect_failure(shell("$messagebus export club.db | $messagebus import club.db"), 4,
                 "standard input:1: message ");
  expect_failure(shell("exec $messagebus import copy.db missing.jsonl"), 5,
                 "missing.jsonl cannot be read: No such file");
  expect_failure(shell("exec $messagebus import copy.db ."), 5, ". cannot be read: Is a directory");
  expect_failure(shell("exec $messagebus import no/copy.db <<< ''"), 3, "create it first");
  expect_failure(shell("exec $messagebus import copy.db <&-"), 5, "standard input cannot be read");
  expect_failure(shell("exec $messagebus import copy.db --batch 0"), 2, "--batch");
}

TEST_F(carrying, an_import_that_is_killed_keeps_whole_batches_and_can_be_repeated) {
  write_long_log(3000);
  const auto result = shell(
      "$messagebus export long.db --output long.jsonl; mkfifo lines; exec 3<>lines\n"
      "$messagebus import copy.db lines --batch 100 & importer=$!\n"
      "head -1550 long.jsonl >&3\n"
      "until [[ $($messagebus log copy.db --json 2>/dev/null | wc -l) -ge 1550 ]]; do sleep 0.05; "
      "done\n"
      "kill -KILL $importer; exec 3>&-\n"
      "$messagebus import copy.db long.jsonl --skip-existing\n"
      "$messagebus export copy.db | cmp - long.jsonl && echo same");
  EXPECT_EQ(result.out,
            "1,450 messages imported into copy.db, 1,550 skipped: in the log already\nsame\n")
      << result.err;
}

TEST_F(carrying, an_import_that_is_interrupted_says_what_is_kept) {
  const auto result = shell(
      "mkfifo lines; exec 3<>lines\n"
      "$messagebus import copy.db lines & importer=$!\n"
      "$messagebus export club.db >&3\n"
      "until [[ $($messagebus log copy.db --json 2>/dev/null | wc -l) == 2 ]]; do sleep 0.05; "
      "done\n"
      "kill -TERM $importer; wait $importer");
  EXPECT_EQ(result.exit_code, 143);
  EXPECT_EQ(result.err,
            "messagebus: interrupted; lines 1 to 2 are in the log, none behind them: run the "
            "import again with --skip-existing\n");
}

TEST_F(carrying, E5_a_log_is_followed_into_a_copy) {
  const auto result = shell(
      "$messagebus follow club.db --after 0 --json --count 3 | $messagebus import copy.db &\n"
      "$messagebus export club.db --up-to 1 | sed "
      "'s/\"message_id\":\"0....../\"message_id\":\"0abcdef"
      "/' | $messagebus import club.db\n"
      "wait; $messagebus export club.db > a; $messagebus export copy.db | cmp - a");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("3 messages imported into copy.db\n"));
}

TEST_F(carrying, follow_ends_well_when_it_is_interrupted) {
  const auto result = shell(
      ": > out\n"
      "$messagebus follow club.db --json > out & follower=$!\n"
      "until [[ $(wc -l < out) == 2 ]]; do sleep 0.02; done\n"
      "kill -TERM $follower; wait $follower");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err, "");
}

TEST_F(carrying, follow_ends_when_nobody_reads_any_more) {
  const auto result =
      shell("$messagebus follow club.db --json | head -1 >/dev/null; echo ${PIPESTATUS[0]}");
  EXPECT_EQ(result.out, "141\n");
  EXPECT_EQ(result.err, "");
}

TEST_F(carrying, stats_and_verify_tell_of_a_real_file) {
  const auto stats = run_messagebus({"stats", file_});
  EXPECT_EQ(stats.exit_code, 0);
  EXPECT_THAT(stats.out, HasSubstr("register_book v1          1  "));
  expect_failure(run_messagebus({"stats", file_, "--sort", "colour"}), 2, "--sort");
  EXPECT_EQ(run_messagebus({"verify", file_}).exit_code, 0);
  sql("UPDATE messagebus_message SET payload = '[' || char(27) || ']' WHERE position = 2;"
      "UPDATE messagebus_message SET correlation_id = x'00' WHERE position = 1");
  const auto verified = run_messagebus({"verify", file_});
  EXPECT_EQ(verified.exit_code, 1);
  EXPECT_EQ(verified.err, "");
  EXPECT_THAT(verified.out, HasSubstr("       1  —              damage       cannot be read: "));
  EXPECT_THAT(verified.out, HasSubstr("  payload      expected a JSON object: "));
  EXPECT_THAT(verified.out, HasSubstr("  cause        the cause cannot be read: "));
}

TEST_F(carrying, verify_examines_the_file_itself) {
  sql("CREATE TABLE books(isbn TEXT); CREATE INDEX by_isbn ON books(isbn);"
      "INSERT INTO books VALUES ('a'), ('b'); PRAGMA writable_schema = ON;"
      "DELETE FROM sqlite_schema WHERE name = 'by_isbn'");
  const auto verified = run_messagebus({"verify", file_});
  EXPECT_EQ(verified.exit_code, 1) << verified.out;
  EXPECT_THAT(verified.out, HasSubstr("  database     "));
}

}  // namespace
}  // namespace messagebus::tool
