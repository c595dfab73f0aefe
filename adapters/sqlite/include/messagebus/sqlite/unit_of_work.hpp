#pragma once

#include <memory>
#include <messagebus/service/transaction_resources.hpp>
#include <messagebus/service/unit_of_work.hpp>
#include <messagebus/sqlite/database.hpp>
#include <messagebus/sqlite/session.hpp>
#include <utility>

namespace messagebus::sqlite {

/// A unit of work on a SQLite database: `sqlite::unit_of_work<club, sqlite_books,
/// sqlite_reviewers>`. Each repository is made from a `sqlite::session&`, or from nothing.
/// Lifetime: the database outlives it.
template <class Ports, class... Repositories>
class unit_of_work final : public messagebus::unit_of_work<Ports> {
 public:
  explicit unit_of_work(sqlite::database& database, unit_of_work_options options = {})
      : messagebus::unit_of_work<Ports>(std::move(options)), database_(database) {}

 private:
  using resources = session_with_repositories<Ports, sqlite::session, Repositories...>;

  task<std::unique_ptr<transaction_resources_of<Ports>>> open() override {
    co_return std::make_unique<resources>(database_);
  }

  sqlite::database& database_;
};

}  // namespace messagebus::sqlite
