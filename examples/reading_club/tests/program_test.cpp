// The program as its user meets it: what it prints, what it tells the shell, and what is left when
// it is killed.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <messagebus/domain/uuid.hpp>
#include <string>
#include <temporary_folder.hpp>

#include "child_process.hpp"
#ifdef READING_CLUB_WITH_POSTGRESQL
#include "in_postgresql.hpp"
#endif

namespace reading_club {
namespace {

struct outcome {
  int exit_code = -1;
  std::string output;  // with what went to standard error
};

class program : public ::testing::Test {
 protected:
  outcome shell(const std::string& script) const {
    const std::string command = "cd " + folder.path().string() + " && { " + script + "\n} 2>&1";
    outcome result;
    std::FILE* pipe = ::popen(command.c_str(), "r");
    EXPECT_NE(pipe, nullptr);
    std::array<char, 4096> bytes{};
    while (const std::size_t size = std::fread(bytes.data(), 1, bytes.size(), pipe)) {
      result.output.append(bytes.data(), size);
    }
    const int status = ::pclose(pipe);
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
  }

  outcome club(const std::string& arguments) const {
    return shell(std::string(READING_CLUB_PROGRAM) + " " + arguments);
  }

  /// The id that a successful command prints.
  std::string made_by(const std::string& arguments) const {
    outcome result = club(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.output;
    if (result.output.ends_with('\n')) result.output.pop_back();
    EXPECT_TRUE(messagebus::uuid::parse(result.output)) << result.output;
    return result.output;
  }

  std::string a_book() const {
    return made_by("register-book --isbn 0-321-12521-5 --title Domain-Driven --author Evans");
  }

  messagebus::tests::temporary_folder folder;
};

#ifdef READING_CLUB_WITH_POSTGRESQL
TEST_F(program, works_on_postgresql_as_on_a_file) {
  const std::string name = "club_of_program_" + std::to_string(::getpid());
  const std::string address = messagebus::tests::server_address();
  const std::string at_server = " psql --quiet '" + address + "' --command '";
  ASSERT_EQ(shell(at_server + "CREATE DATABASE " + name + "'").output, "");
  const std::string where =
      " --database '" + address.substr(0, address.rfind('/') + 1) + name + "'";
  for (const char* looks : {"list books", "check"}) {
    const outcome none_yet = club(looks + where);
    EXPECT_EQ(none_yet.exit_code, 3);
    EXPECT_NE(none_yet.output.find("there is no messagebus log"), std::string::npos)
        << none_yet.output;
  }
  const std::string isbn = "0-321-12521-5";
  made_by("register-book --isbn " + isbn + " --title Domain-Driven --author Evans" + where);
  EXPECT_EQ(
      club("register-book --isbn " + isbn + " --title Again --author Evans" + where).exit_code, 1);
  const outcome books = club("list books" + where);
  EXPECT_EQ(books.exit_code, 0);
  EXPECT_NE(books.output.find("Domain-Driven, by Evans"), std::string::npos) << books.output;
  EXPECT_EQ(books.output.find("Again"), std::string::npos) << books.output;
  const outcome messages = club("list messages" + where);
  EXPECT_NE(messages.output.find("book_registered v1, published, caused by 1"), std::string::npos)
      << messages.output;
  EXPECT_EQ(club("stress --seconds 0.2 >reported" + where).exit_code, 0);
  const outcome checked = club("check --reported reported" + where);
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
  EXPECT_NE(checked.output.find("state and log agree"), std::string::npos) << checked.output;
  const std::string pooler = messagebus::tests::address_of("MESSAGEBUS_TEST_PGBOUNCER");
  const outcome pooled = club("list books --pooler --database '" +
                              pooler.substr(0, pooler.rfind('/') + 1) + name + "'");
  EXPECT_EQ(pooled.exit_code, 0) << pooled.output;
  EXPECT_NE(pooled.output.find("Domain-Driven, by Evans"), std::string::npos) << pooled.output;
  EXPECT_EQ(shell(at_server + "DROP DATABASE " + name + " WITH (FORCE)'").output, "");
}

TEST_F(program, takes_no_address_for_a_file) {
  for (const char* address :
       {"mysql://u:secret@127.0.0.1/club", "POSTGRESQL://u:secret@127.0.0.1/club",
        "postgresql:/u:secret@127.0.0.1", "host=127.0.0.1 pasword=secret"}) {
    const outcome refused =
        club("create-reviewer --name Alice --database '" + std::string(address) + "'");
    EXPECT_EQ(refused.exit_code, 3) << refused.output;
    EXPECT_NE(refused.output.find("postgresql://"), std::string::npos) << refused.output;
    EXPECT_EQ(refused.output.find("secret"), std::string::npos) << refused.output;
  }
  for (const char* schema : {"postgresql://127.0.0.1:1/club#sales", "dbname=club #sales"}) {
    const outcome refused = club("list books --database '" + std::string(schema) + "'");
    EXPECT_EQ(refused.exit_code, 3);
    EXPECT_NE(refused.output.find("takes no #… behind the address: leave it out"),
              std::string::npos)
        << refused.output;
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  EXPECT_EQ(club("list books --pooler --database club.db").exit_code, 3);
}
#endif

TEST_F(program, registers_reviews_and_lists) {
  const std::string book = a_book();
  const std::string alice = made_by("create-reviewer --name Alice");
  made_by("review --book " + book + " --reviewer " + alice + " --rating 9 --comment 'Worth it'");
  EXPECT_EQ(club("list books").output, book + "  0-321-12521-5  Domain-Driven, by Evans\n");
  EXPECT_EQ(club("list reviewers").output, alice + "  Alice\n");
  EXPECT_EQ(club("list reviews").output, " 9/10  Domain-Driven, by Alice: Worth it\n");
  EXPECT_EQ(club("list reviewers --json").output,
            R"({"id":")" + alice + "\",\"name\":\"Alice\"}\n");
  EXPECT_EQ(club("check").output, "1 books, 1 reviewers, 1 reviews: state and log agree\n");
}

TEST_F(program, lists_the_log_with_causes) {
  a_book();
  const std::string text = club("list messages").output;
  EXPECT_NE(text.find("  register_book v1  {"), std::string::npos) << text;
  EXPECT_NE(text.find("  book_registered v1, published, caused by 1  {"), std::string::npos)
      << text;
  const std::string json = club("list messages --json").output;
  EXPECT_NE(json.find(R"("name":"book_registered","version":1,"published":true)"),
            std::string::npos)
      << json;
}

TEST_F(program, tells_the_shell_that_a_rule_refuses) {
  const std::string book = a_book();
  const outcome again = club("register-book --isbn 0-321-12521-5 --title Again --author Nobody");
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_NE(again.output.find("this isbn"), std::string::npos) << again.output;
  const std::string alice = made_by("create-reviewer --name Alice");
  const std::string review = "review --book " + book + " --reviewer " + alice + " --rating ";
  EXPECT_EQ(club(review + "11").output,
            "reading_club: refused: a rating is a number from 0 to 10, not 11\n");
  EXPECT_EQ(club(review + "-1").exit_code, 1);
  made_by(review + "0");
  EXPECT_EQ(club(review + "1").exit_code, 1);
  EXPECT_EQ(club("review --book " + alice + " --reviewer " + alice + " --rating 1").exit_code, 1);
}

TEST_F(program, tells_the_shell_that_it_was_used_wrongly) {
  EXPECT_EQ(club("").exit_code, 2);
  EXPECT_EQ(club("read").exit_code, 2);
  EXPECT_EQ(club("register-book --isbn 1").exit_code, 2);
  EXPECT_EQ(club("list magazines").exit_code, 2);
  EXPECT_EQ(club("stress --writers 0").exit_code, 2);
  const outcome no_id = club("review --book 7 --reviewer 8 --rating 9");
  EXPECT_EQ(no_id.exit_code, 2);
  EXPECT_NE(no_id.output.find("0198c0de-"), std::string::npos) << no_id.output;
  EXPECT_EQ(club("create-reviewer --name \"$(printf '\\377')\"").exit_code, 2)
      << "this is no UTF-8";
  EXPECT_EQ(club("--help").exit_code, 0);
  EXPECT_NE(club("--help").output.find("Examples:"), std::string::npos);
}

TEST_F(program, tells_the_shell_that_the_database_cannot_be_used) {
  EXPECT_EQ(club("list books").exit_code, 3) << "there is none yet";
  EXPECT_EQ(club("--database missing/club.db create-reviewer --name Alice").exit_code, 3);
  std::ofstream(folder.path() / "text.db") << std::string(8192, 'x');
  const outcome no_database = club("--database text.db create-reviewer --name Alice");
  EXPECT_EQ(no_database.exit_code, 3);
  EXPECT_NE(no_database.output.find("text.db"), std::string::npos) << no_database.output;
}

TEST_F(program, tells_that_a_reviewer_is_kept_whose_id_cannot_be_written) {
  const outcome unheard = club("create-reviewer --name Alice >/dev/full");
  EXPECT_EQ(unheard.exit_code, 3);
  EXPECT_NE(unheard.output.find("; the reviewer is kept, with the id "), std::string::npos)
      << unheard.output;
  const std::string listed = club("list reviewers").output;
  const std::string id = listed.substr(0, listed.find(' '));
  EXPECT_NE(unheard.output.find("with the id " + id), std::string::npos) << unheard.output;
  EXPECT_EQ(club("list reviewers >/dev/full").exit_code, 3);
  EXPECT_EQ(club("--help >/dev/full").exit_code, 3);
}

TEST_F(program, complains_of_nothing_that_a_terminal_obeys) {
  const outcome refused = club("list books --database \"$(printf 'x\\033[31m.db')\"");
  EXPECT_EQ(refused.exit_code, 3);
  EXPECT_NE(refused.output.find("x\\u001b[31m.db"), std::string::npos) << refused.output;
}

TEST_F(program, lists_nothing_that_a_terminal_obeys_and_in_columns) {
  const std::string wide =
      made_by("register-book --isbn 日本 --title \"$(printf 'a\\nb\\033[31m')\" --author \u202e");
  const std::string narrow = made_by("register-book --isbn 12345 --title T --author A");
  EXPECT_EQ(club("list books").output,
            wide + "  日本   a\\u000ab\\u001b[31m, by \\u202e\n" + narrow + "  12345  T, by A\n");
}

TEST_F(program, T5_a_full_disk_ends_the_stress_with_its_reason) {
  const int exit_code = messagebus::tests::run_in_child([&] {
    constexpr std::size_t disk_bytes = std::size_t{2} << 20U;
    if (!messagebus::tests::mount_small_disk(folder.path().string(), disk_bytes)) {
      return messagebus::tests::cannot_be_had;
    }
    const outcome filled = shell(READING_CLUB_PROGRAM " stress --seconds 20 | tail --lines=1");
    EXPECT_NE(filled.output.find("the disk is full: make room"), std::string::npos)
        << filled.output;
    EXPECT_EQ(club("stress --seconds 20 >/dev/null").exit_code, 3);
    return 0;
  });
  messagebus::tests::expect_proved(exit_code, "a small memory disk");
}

TEST_F(program, takes_the_database_before_or_behind_the_command) {
  made_by("create-reviewer --name Alice --database other.db");
  EXPECT_EQ(club("list reviewers --database other.db").output,
            club("--database other.db list reviewers").output);
}

TEST_F(program, check_finds_what_is_not_there) {
  a_book();
  std::ofstream(folder.path() / "reported") << "0198c0de-0000-7000-8000-000000000001\nno id\ncut";
  const outcome checked = club("check --reported reported");
  EXPECT_EQ(checked.exit_code, 1);
  EXPECT_NE(checked.output.find("not there: book 0198c0de"), std::string::npos) << checked.output;
  EXPECT_NE(checked.output.find("reported:2: this is no id"), std::string::npos) << checked.output;
  EXPECT_NE(checked.output.find("2 findings"), std::string::npos) << checked.output;
  EXPECT_EQ(club("check --reported missing").exit_code, 3);
}

TEST_F(program, T5_a_kill_leaves_state_and_log_in_agreement) {
  const std::string stress = std::string(READING_CLUB_PROGRAM) + " stress --seconds 60 ";
  for (int i = 0; i < 5; ++i) {
    // Two processes of four writers each, killed in the middle of it.
    const std::string delay = "0.1" + std::to_string(i * 17 % 100 + 10);
    shell(stress + ">>one & one=$!; " + stress + ">>two & two=$!; sleep " + delay +
          "; kill -9 $one $two; wait $one $two");
    for (const char* reported : {"one", "two"}) {
      // What was cut off at the end of a line must not run into the next one.
      shell(std::string("[ -z \"$(tail -c 1 ") + reported + ")\" ] || sed -i '$d' " + reported);
      const outcome checked = club(std::string("check --reported ") + reported);
      EXPECT_EQ(checked.exit_code, 0) << checked.output;
    }
  }
  EXPECT_GT(std::filesystem::file_size(folder.path() / "one"), 0U);
  EXPECT_GT(std::filesystem::file_size(folder.path() / "two"), 0U);
}

}  // namespace
}  // namespace reading_club
