#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <messagebus/sqlite/unit_of_work.hpp>
#include <reading_club/adapters/sqlite/sqlite_books.hpp>
#include <reading_club/adapters/sqlite/sqlite_reviewers.hpp>
#include <reading_club/adapters/sqlite/sqlite_reviews.hpp>
#include <reading_club/service/club.hpp>

namespace reading_club {

using sqlite_unit_of_work =
    messagebus::sqlite::unit_of_work<club, sqlite_books, sqlite_reviewers, sqlite_reviews>;

/// The club in a SQLite file: its tables, and the log beside them.
class sqlite_club {
 public:
  /// Opens the file and makes the tables that are not there, unless it is only read.
  explicit sqlite_club(const std::filesystem::path& file,
                       messagebus::sqlite::database_options options = {},
                       messagebus::unit_of_work_options unit_of_work_options = {});

  messagebus::unit_of_work<club>& unit_of_work() { return unit_of_work_; }
  std::unique_ptr<messagebus::message_log> open_log() const { return database_.open_log(); }

  /// Shows `work` what is committed now, beside all who write.
  void read(const std::function<void(club& club)>& work);

 private:
  messagebus::sqlite::database database_;
  sqlite_unit_of_work unit_of_work_;
};

}  // namespace reading_club
