#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <messagebus/domain/error.hpp>
#include <messagebus/postgresql/database.hpp>
#include <string>
#include <utility>

#include "test_database.hpp"

namespace messagebus::postgresql {

/// `work` fails by such an error, whose sentence has these words and no password ("secret").
template <class Work>
void expect_error(errc code, const std::string& says, bool is_retryable, const Work& work) {
  try {
    work();
    FAIL() << "nothing failed";
  } catch (const error& failed) {
    const std::string text = failed.what();
    EXPECT_EQ(failed.code(), code) << text;
    EXPECT_NE(text.find(says), std::string::npos) << text;
    EXPECT_EQ(failed.is_retryable(), is_retryable) << text;
    EXPECT_EQ(text.find("secret"), std::string::npos) << "it shows the password: " << text;
  }
}

/// The same of opening a database there.
inline void expect_refused(const std::string& where, errc code, const std::string& says,
                           bool is_retryable = false, database_options options = {}) {
  options.connection_wait_max = std::chrono::milliseconds(120);
  expect_error(code, says, is_retryable, [&] { const database opened(where, options); });
}

/// The server of the tests as another user, with a password perhaps.
inline std::string as_user(const std::string& user, const std::string& database = "postgres") {
  const std::string address = server_address();
  const auto host = address.find('@');
  return "postgresql://" + user + address.substr(host, address.rfind('/') - host) + "/" + database;
}

}  // namespace messagebus::postgresql
