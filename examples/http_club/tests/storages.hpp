#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <temporary_folder.hpp>

#include "test_database.hpp"

namespace http_club {

/// A file that is new for each test.
class in_sqlite {
 public:
  std::string where() const { return folder_ / "club.db"; }

 private:
  messagebus::tests::temporary_folder folder_;
};

/// A database of the test server that is new for each test.
class in_postgresql {
 public:
  in_postgresql() : server_(messagebus::postgresql::server_address()) {
    static std::atomic<int> made = 0;
    name_ = "http_club_" + std::to_string(::getpid()) + "_" + std::to_string(++made);
    execute("CREATE DATABASE " + name_);
  }
  ~in_postgresql() { execute("DROP DATABASE " + name_ + " WITH (FORCE)"); }
  std::string where() const { return server_.substr(0, server_.rfind('/') + 1) + name_; }

 private:
  // What no transaction may do.
  void execute(const std::string& sql) const {
    const std::string command = "psql --quiet --dbname '" + server_ + "' --command '" + sql + "'";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("psql failed: " + sql);
  }

  std::string server_;
  std::string name_;
};

using storages = ::testing::Types<in_sqlite, in_postgresql>;

}  // namespace http_club
