#pragma once

#include <unistd.h>

#include <atomic>
#include <messagebus/postgresql/database.hpp>
#include <string>

#include "server_address.hpp"

namespace messagebus::postgresql {

using tests::address_of;
using tests::server_address;

/// A namespace of this test alone, for the log and for the application's tables, dropped with this
/// object.
class test_schema {
 public:
  explicit test_schema(std::string address = tests::server_address())
      : address_(std::move(address)) {
    static std::atomic<int> made = 0;
    name_ = "test_" + std::to_string(getpid()) + "_" + std::to_string(++made);
  }
  test_schema(const test_schema&) = delete;
  test_schema& operator=(const test_schema&) = delete;
  ~test_schema() {
    try {
      database(address_, options()).execute("DROP SCHEMA " + name_ + " CASCADE");
    } catch (const std::exception& failed) {
      std::fprintf(stderr, "%s was not dropped: %s\n", name_.c_str(), failed.what());
    }
  }

  const std::string& name() const noexcept { return name_; }
  const std::string& address() const noexcept { return address_; }
  std::string table(const std::string& table) const { return name_ + "." + table; }

  database_options options() const {
    database_options options;
    options.schema = name_;
    return options;
  }

 private:
  std::string address_;
  std::string name_;
};

}  // namespace messagebus::postgresql
