#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>

#include "test_database.hpp"

namespace http_club {

/// A file that is new for each test.
class in_sqlite {
 public:
  in_sqlite() {
    static std::atomic<int> made = 0;
    file_ = std::filesystem::temp_directory_path() /
            ("http_club_" + std::to_string(::getpid()) + "_" + std::to_string(++made) + ".db");
  }
  ~in_sqlite() {
    for (const char* of : {"", "-wal", "-shm"}) std::filesystem::remove(file_.string() + of);
  }
  std::string where() const { return file_.string(); }

 private:
  std::filesystem::path file_;
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
