#pragma once

#include <http_club/adapters/postgresql_repositories.hpp>
#include <http_club/service/backend.hpp>
#include <messagebus/postgresql/unit_of_work.hpp>
#include <string>

namespace http_club {

/// The club in a PostgreSQL database. Its coroutines wait for the server.
class postgresql_backend final : public backend {
 public:
  /// Connects and makes the tables that are not there. Blocking.
  postgresql_backend(const std::string& where, messagebus::postgresql::database_options options,
                     messagebus::unit_of_work_options unit_of_work_options);

  task<registration> execute(register_book command) override;
  task<registration> execute(create_reviewer command) override;
  task<reviewing> execute(create_review command) override;
  task<> list(list_of what, text_sink& into) override;
  task<> list_messages(text_sink& into) override;
  task<> check() override;

 private:
  messagebus::postgresql::database database_;
  messagebus::postgresql::unit_of_work<async_club, postgresql_books, postgresql_reviewers,
                                       postgresql_reviews>
      unit_of_work_;
  async_club_bus bus_;
};

}  // namespace http_club
