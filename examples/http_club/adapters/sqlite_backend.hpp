#pragma once

#include <filesystem>
#include <http_club/service/backend.hpp>
#include <messagebus/asio/blocking_worker.hpp>
#include <reading_club/adapters/sqlite/sqlite_club.hpp>
#include <reading_club/service/club_bus.hpp>

namespace http_club {

/// The club in a SQLite file: the reading club as it is, on threads that may block.
class sqlite_backend final : public backend {
 public:
  explicit sqlite_backend(const std::filesystem::path& file,
                          messagebus::unit_of_work_options unit_of_work_options);

  task<registration> execute(register_book command) override;
  task<registration> execute(create_reviewer command) override;
  task<reviewing> execute(create_review command) override;
  task<> list(list_of what, text_sink& into) override;
  task<> list_messages(text_sink& into) override;
  task<> check() override;

 private:
  reading_club::sqlite_club club_;
  reading_club::club_bus bus_;
  messagebus::asio::blocking_worker worker_;  // last, so that it ends first
};

}  // namespace http_club
