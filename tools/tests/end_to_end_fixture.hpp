#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <string>
#include <temporary_folder.hpp>

#include "program.hpp"
#include "sample_log.hpp"

namespace messagebus::tool {

/// A file with a command and the event that it raised, and the real command to look at it.
class end_to_end : public ::testing::Test {
 protected:
  end_to_end() {
    sample_.event("book_registered", recorded_message(sample_.command("register_book")));
    write_file(file_, sample_);
  }

  void sql(const std::string& statements) {
    sqlite3* connection = nullptr;
    ASSERT_EQ(sqlite3_open(file_.c_str(), &connection), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(connection, statements.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(connection);
    sqlite3_close(connection);
  }

  // One line, and the exit code.
  static void expect_failure(const program_result& result, int code, const std::string& saying) {
    EXPECT_EQ(result.exit_code, code) << result.err;
    using ::testing::EndsWith;
    using ::testing::HasSubstr;
    using ::testing::StartsWith;
    EXPECT_THAT(result.err,
                ::testing::AllOf(StartsWith("messagebus: "), HasSubstr(saying), EndsWith("\n")));
    EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << result.err;
  }

  tests::temporary_folder folder_;
  std::string file_ = folder_ / "club.db";
  sample_log sample_;
};

}  // namespace messagebus::tool
