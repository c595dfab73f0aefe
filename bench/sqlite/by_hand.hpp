#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace messagebus::bench {

/// The same work written by hand on SQLite's own interface, with statements prepared once, and with
/// contents that are there already.
class by_hand {
 public:
  by_hand(const std::string& file, const std::string& synchronous);
  by_hand(const by_hand&) = delete;
  by_hand& operator=(const by_hand&) = delete;
  ~by_hand();

  /// One transaction: one book, two messages.
  void run_unit_of_work();
  /// One transaction of messages alone.
  void append(std::size_t messages);
  /// Reads all messages and parses their content into a struct by Boost.JSON's SAX parser; returns
  /// how many there were.
  std::size_t read_all();

 private:
  sqlite3_stmt* prepare(const char* sql);
  void run(sqlite3_stmt* statement);
  void write_book();
  void write_message();

  sqlite3* handle_ = nullptr;
  sqlite3_stmt* begin_;
  sqlite3_stmt* commit_;
  sqlite3_stmt* upsert_;
  sqlite3_stmt* insert_;
  sqlite3_stmt* select_;
  std::uint64_t last_id_ = 0;
};

}  // namespace messagebus::bench
