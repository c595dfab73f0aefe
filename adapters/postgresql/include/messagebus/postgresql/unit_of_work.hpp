#pragma once

#include <chrono>
#include <memory>
#include <messagebus/postgresql/database.hpp>
#include <messagebus/postgresql/leased_connection.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/service/transaction_resources.hpp>
#include <messagebus/service/unit_of_work.hpp>
#include <utility>

namespace messagebus::postgresql {

/// A unit of work on a PostgreSQL database: `postgresql::unit_of_work<club, postgresql_books,
/// postgresql_reviewers>`. Each repository is made from a `postgresql::session&`, or from nothing.
/// Lifetime: the database outlives it.
template <class Ports, class... Repositories>
class unit_of_work final : public messagebus::unit_of_work<Ports> {
 public:
  explicit unit_of_work(postgresql::database& database, unit_of_work_options options = {})
      : messagebus::unit_of_work<Ports>(std::move(options)), database_(database) {}

  task<bool> has_message(uuid message_id) override { return database_.has_message(message_id); }
  task<> pause(std::chrono::microseconds duration) override { return database_.pause(duration); }

 private:
  using resources = session_with_repositories<Ports, postgresql::session, Repositories...>;

  task<std::unique_ptr<transaction_resources_of<Ports>>> open() override {
    detail::leased_connection connection = co_await database_.lease();
    co_return std::make_unique<resources>(database_, std::move(connection));
  }

  postgresql::database& database_;
};

}  // namespace messagebus::postgresql
