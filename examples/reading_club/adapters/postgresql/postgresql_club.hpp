#pragma once

#include <memory>
#include <messagebus/postgresql/unit_of_work.hpp>
#include <reading_club/adapters/postgresql/postgresql_books.hpp>
#include <reading_club/adapters/postgresql/postgresql_reviewers.hpp>
#include <reading_club/adapters/postgresql/postgresql_reviews.hpp>
#include <reading_club/service/club.hpp>
#include <string>

namespace reading_club {

using postgresql_unit_of_work =
    messagebus::postgresql::unit_of_work<club, postgresql_books, postgresql_reviewers,
                                         postgresql_reviews>;

/// The club in a PostgreSQL database: its tables, and the log in a namespace beside them.
class postgresql_club {
 public:
  /// Connects and makes the tables that are not there, unless it is only read.
  explicit postgresql_club(const std::string& where,
                           const messagebus::postgresql::database_options& options = {});

  messagebus::unit_of_work<club>& unit_of_work() { return unit_of_work_; }
  std::unique_ptr<messagebus::message_log> open_log() const { return database_.open_log(); }

 private:
  messagebus::postgresql::database database_;
  postgresql_unit_of_work unit_of_work_{database_};
};

}  // namespace reading_club
