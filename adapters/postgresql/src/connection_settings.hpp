#pragma once

#include <messagebus/postgresql/options.hpp>
#include <string>
#include <vector>

namespace messagebus::postgresql::detail {

/// What a connection is made from: the parsed connection string, and the options.
struct connection_settings {
  /// Errors: `errc::storage_unavailable` for a string that libpq does not understand,
  /// `configuration_error` for an option out of its range.
  connection_settings(const std::string& where, database_options options);

  /// What a connection of ours sets for all its statements.
  std::string setting_of_timeout() const {
    return "SET statement_timeout = " + std::to_string(options.statement_wait_max.count());
  }

  std::vector<std::string> keywords;
  std::vector<std::string> values;
  database_options options;
  /// As a URL without the password.
  std::string location;
  /// The namespace, quoted.
  std::string schema;
};

}  // namespace messagebus::postgresql::detail
