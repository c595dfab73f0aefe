// The command on a log in PostgreSQL.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "end_to_end_fixture.hpp"
#include "server_address.hpp"

namespace messagebus::tool {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class on_postgresql : public end_to_end {
 protected:
  ~on_postgresql() override {
    run_shell("psql --quiet '" + server_ + "' --command 'DROP SCHEMA IF EXISTS " + schema_ +
              " CASCADE' 2>/dev/null");
  }

  /// The address with a password, and with more parameters.
  std::string with_password(const std::string& password, const std::string& parameters = {}) const {
    std::string address = server_;
    address.insert(address.find('@'), ":" + password);
    return address + parameters + "#" + schema_;
  }

  /// As by somebody's hand.
  void alter_log(const std::string& change) const {
    run_shell("psql --quiet '" + server_ + "' --command 'ALTER TABLE " + schema_ + ".message " +
              change + "'");
  }

  const std::string server_ = tests::server_address();
  const std::string schema_ = "tool_" + std::to_string(::getpid());
};

TEST_F(on_postgresql, the_password_of_an_address_is_never_shown) {
  const std::string lines = run_messagebus({"export", file_}).out;
  for (const std::string& address :
       {with_password("secret"), with_password("other", "?password=secret"),
        with_password("secret", "?application_name=a@b&password=secret")}) {
    const auto imported = run_messagebus({"import", address, "--skip-existing"}, {.input = lines});
    EXPECT_EQ(imported.exit_code, 0) << imported.err;
    EXPECT_THAT(imported.out, HasSubstr("imported into " + server_));
    EXPECT_THAT(imported.out + imported.err, Not(HasSubstr("secret")));
    const auto verified = run_messagebus({"verify", address});
    EXPECT_EQ(verified.exit_code, 0) << verified.err;
    EXPECT_THAT(verified.out,
                HasSubstr(server_ + "#" + schema_ + ": 2 messages examined: nothing wrong"));
    EXPECT_THAT(verified.out + verified.err, Not(HasSubstr("secret")));
  }
  const auto refused = run_messagebus({"verify", with_password("sec?r@secret")});
  expect_failure(refused, 3, "cannot be understood");
  EXPECT_THAT(refused.err, Not(HasSubstr("secret")));
  for (const std::string address :
       {"postgresql://u:se#secret@127.0.0.1:1/x?y=1", "host=127.0.0.1 y=1 password=a#secret!x",
        "host=127.0.0.1 y=1 password=a#secret"}) {
    const auto split = run_messagebus({"verify", address});
    expect_failure(split, 3, "cannot be understood");
    EXPECT_THAT(split.err, Not(HasSubstr("secret")));
  }
}

TEST_F(on_postgresql, a_schema_that_cannot_be_is_explained) {
  for (const std::string& schema : {std::string("no-such"), std::string(64, 'x'), std::string()}) {
    for (const std::string& address : {server_ + "#" + schema, "host=127.0.0.1 #" + schema}) {
      expect_failure(run_messagebus({"log", address}), 3,
                     "what stands behind # names no schema of a log; write 1 to 63 letters");
    }
  }
  expect_failure(run_messagebus({"log", server_ + "#no_such"}), 3,
                 "there is no messagebus log in schema \"no_such\": check database and schema");
}

TEST_F(on_postgresql, an_address_is_no_file) {
  const std::string lines = run_messagebus({"export", file_}).out;
  for (const std::string address :
       {"mysql://u:secret@127.0.0.1/club", "POSTGRESQL://u:secret@127.0.0.1/club",
        "postgresql:/u:secret@127.0.0.1", "host=127.0.0.1 pasword=secret"}) {
    const auto refused = run_messagebus({"import", address}, {.input = lines});
    expect_failure(refused, 3, "postgresql://");
    EXPECT_THAT(refused.err, Not(HasSubstr("secret")));
  }
  expect_failure(run_messagebus({"log", file_, "--pooler"}), 3, "leave it out");
  const auto port = server_.rfind(':') + 1;
  const std::string as_parameters = "host=127.0.0.1 user=messagebus dbname=postgres port=" +
                                    server_.substr(port, server_.rfind('/') - port) + " #" +
                                    schema_;
  EXPECT_EQ(run_messagebus({"import", as_parameters}, {.input = lines}).exit_code, 0);
  EXPECT_EQ(run_messagebus({"export", as_parameters}).out, lines);
}

TEST_F(on_postgresql, goes_through_a_pooler) {
  const std::string pooler = tests::address_of("MESSAGEBUS_TEST_PGBOUNCER") + "#" + schema_;
  const std::string lines = run_messagebus({"export", file_}).out;
  EXPECT_EQ(run_messagebus({"import", pooler, "--pooler"}, {.input = lines}).exit_code, 0);
  EXPECT_EQ(run_messagebus({"export", pooler, "--pooler"}).out, lines);
  EXPECT_EQ(run_messagebus({"verify", pooler, "--pooler"}).exit_code, 0);
  EXPECT_EQ(
      run_messagebus({"follow", pooler, "--pooler", "--after", "0", "--count", "2", "--json"}).out,
      lines);
}

TEST_F(on_postgresql, E4_a_log_goes_there_and_comes_back_the_same) {
  const std::string address = server_ + "#" + schema_;
  const std::string lines = run_messagebus({"export", file_}).out;
  EXPECT_EQ(run_messagebus({"import", address}, {.input = lines}).exit_code, 0);
  EXPECT_EQ(run_messagebus({"export", address}).out, lines);
  EXPECT_EQ(run_messagebus({"log", address, "--json"}).out, lines);
  EXPECT_EQ(run_messagebus({"show", address, "2", "--json"}).out,
            run_messagebus({"show", file_, "2", "--json"}).out);
  EXPECT_EQ(run_messagebus({"stats", address, "--json"}).out,
            run_messagebus({"stats", file_, "--json"}).out);
  EXPECT_EQ(run_messagebus({"follow", address, "--after", "0", "--count", "2", "--json"}).out,
            lines);
}

TEST_F(on_postgresql, E6_two_imports_at_once_skip_what_the_other_has_added) {
  std::string lines;
  for (int i = 0; i < 2000; ++i) {
    const std::string digits = std::to_string(10000 + i);
    const std::string id = "0198c0de-0000-7000-8000-0000000" + digits;
    lines += R"({"message_id":")" + id +
             R"(","created_at":"2025-12-22T10:11:12+00:00","kind":"event","name":"a",)"
             R"("schema_version":1,"published":false,"correlation_id":")" +
             id + R"(","causation_id":null,"metadata":{},"payload":{}})" + "\n";
  }
  const std::string file = folder_ / "lines";
  write_text(file, lines);
  const std::string address = server_ + "#" + schema_;
  const std::string import =
      "$messagebus import '" + address + "' '" + file + "' --skip-existing --batch 20";
  const auto both = run_shell(import + " & first=$!; " + import + " && wait $first");
  EXPECT_EQ(both.exit_code, 0) << both.err;
  const auto stats = run_messagebus({"stats", address, "--json"});
  EXPECT_THAT(stats.out, HasSubstr(R"("count":2000)"));
}

TEST_F(on_postgresql, verify_finds_tables_that_are_not_as_the_library_makes_them) {
  const std::string address = server_ + "#" + schema_;
  const std::string lines = run_messagebus({"export", file_}).out;
  ASSERT_EQ(run_messagebus({"import", address}, {.input = lines}).exit_code, 0);
  alter_log("DROP CONSTRAINT message_id_is_unique");
  const auto verified = run_messagebus({"verify", address});
  EXPECT_EQ(verified.exit_code, 1) << verified.err;
  EXPECT_THAT(verified.out, HasSubstr("the constraint message_id_is_unique"));
  EXPECT_THAT(verified.out, HasSubstr("ADD CONSTRAINT message_id_is_unique UNIQUE (message_id)"));
  EXPECT_THAT(verified.out, HasSubstr("2 messages examined: 1 finding (1 database)"));

  // A table that is read by other columns than it has, and one that nobody can read in order.
  alter_log("RENAME metadata TO data");
  const auto renamed = run_messagebus({"verify", address});
  EXPECT_EQ(renamed.exit_code, 1) << renamed.err;
  EXPECT_THAT(renamed.out, HasSubstr("the column metadata of"));
  alter_log("RENAME data TO metadata");
  alter_log("ALTER position SET CACHE 5");
  const auto unreadable = run_messagebus({"verify", address});
  EXPECT_EQ(unreadable.exit_code, 1) << unreadable.err;
  EXPECT_THAT(unreadable.out, HasSubstr("damage       cannot be read: "));
  EXPECT_THAT(unreadable.out, HasSubstr("0 messages examined: 3 findings (1 damage, 2 database)"));
}

}  // namespace
}  // namespace messagebus::tool
