#include <chrono>
#include <reading_club/adapters/sqlite/sqlite_club.hpp>
#include <reading_club/adapters/storage_kind.hpp>
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
  club_in_postgresql(const std::string& where,
                     const messagebus::postgresql::database_options& options)
      : club_(where, options) {}

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

std::unique_ptr<opened_club> open_in_postgresql(const club_location& location, bool only_looks) {
  messagebus::postgresql::database_options options;
  options.read_only = only_looks;
  // A person waits: say soon that nobody answers.
  options.connection_wait_max = std::chrono::seconds(3);
  if (location.is_pooler) options.pooling = messagebus::postgresql::pooling::by_transaction;
  return std::make_unique<club_in_postgresql>(location.where, options);
}
#else
std::unique_ptr<opened_club> open_in_postgresql(const club_location& /*location*/,
                                                bool /*only_looks*/) {
  throw std::invalid_argument(
      "this reading_club was built without PostgreSQL: build it with libpq, or name a file");
}
#endif

std::unique_ptr<opened_club> open(const club_location& location, bool only_looks) {
  if (kind_of(location.where, location.is_pooler) == storage_kind::postgresql) {
    return open_in_postgresql(location, only_looks);
  }
  return std::make_unique<club_in_file>(
      location.where,
      messagebus::sqlite::database_options{.read_only = only_looks, .create = !only_looks});
}

}  // namespace

std::unique_ptr<opened_club> open_club(const club_location& location) {
  return open(location, false);
}

std::unique_ptr<opened_club> open_club_to_look(const club_location& location) {
  return open(location, true);
}

}  // namespace reading_club
