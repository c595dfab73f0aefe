#include <fmt/core.h>

#include <reading_club/adapters/is_in_postgresql.hpp>
#include <reading_club/adapters/sqlite/sqlite_club.hpp>
#include <reading_club/program/opened_club.hpp>
#include <stdexcept>
#ifdef READING_CLUB_WITH_POSTGRESQL
#include <reading_club/adapters/postgresql/postgresql_club.hpp>
#endif

namespace reading_club {
namespace {

class club_in_file final : public opened_club {
 public:
  club_in_file(const std::filesystem::path& file, messagebus::sqlite::database_options options)
      : club_(file, options) {}

  messagebus::unit_of_work<club>& unit_of_work() override { return club_.unit_of_work(); }
  std::unique_ptr<messagebus::message_log> open_log() const override { return club_.open_log(); }
  void read(const std::function<void(club& club)>& work) override { club_.read(work); }

 private:
  sqlite_club club_;
};

#ifdef READING_CLUB_WITH_POSTGRESQL
class club_in_postgresql final : public opened_club {
 public:
  explicit club_in_postgresql(const std::string& where) : club_(where) {}

  messagebus::unit_of_work<club>& unit_of_work() override { return club_.unit_of_work(); }
  std::unique_ptr<messagebus::message_log> open_log() const override { return club_.open_log(); }
  void read(const std::function<void(club& club)>& work) override {
    unit_of_work().transact([&](messagebus::transaction<club>& transaction) {
      work(*transaction);
      transaction.rollback();
    });
  }

 private:
  postgresql_club club_;
};
#endif

std::unique_ptr<opened_club> open(const std::filesystem::path& database,
                                  messagebus::sqlite::database_options options) {
  if (!is_in_postgresql(database.native()))
    return std::make_unique<club_in_file>(database, options);
#ifdef READING_CLUB_WITH_POSTGRESQL
  return std::make_unique<club_in_postgresql>(database.string());
#else
  throw std::invalid_argument(
      "this reading_club was built without PostgreSQL: build it with libpq, or name a file");
#endif
}

}  // namespace

std::unique_ptr<opened_club> open_club(const std::filesystem::path& database) {
  return open(database, {});
}

std::unique_ptr<opened_club> open_club_to_look(const std::filesystem::path& database) {
  return open(database, {.create = false});
}

void require_file(const std::filesystem::path& database, const char* purpose) {
  if (!is_in_postgresql(database.native())) return;
  throw std::invalid_argument(
      fmt::format("{} needs the club in an SQLite file: give --database a path", purpose));
}

}  // namespace reading_club
