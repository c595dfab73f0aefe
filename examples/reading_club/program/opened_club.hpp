#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <messagebus/ports/message_log.hpp>
#include <messagebus/service/unit_of_work.hpp>
#include <reading_club/service/club.hpp>

namespace reading_club {

/// The club wherever `--database` says that it is.
class opened_club {
 public:
  opened_club() = default;
  opened_club(const opened_club&) = delete;
  opened_club& operator=(const opened_club&) = delete;
  virtual ~opened_club() = default;

  virtual messagebus::unit_of_work<club>& unit_of_work() = 0;
  virtual std::unique_ptr<messagebus::message_log> open_log() const = 0;

  /// Shows `work` what is committed now.
  virtual void read(const std::function<void(club& club)>& work) = 0;
};

/// Opens it, and makes what is not there. Errors: those of the database.
std::unique_ptr<opened_club> open_club(const std::filesystem::path& database);
/// The same for looking at it: a file that is not there is an error.
std::unique_ptr<opened_club> open_club_to_look(const std::filesystem::path& database);

/// Errors: `std::invalid_argument` when it is in PostgreSQL, which `purpose` cannot do.
void require_file(const std::filesystem::path& database, const char* purpose);

}  // namespace reading_club
