#pragma once

#include <functional>
#include <memory>
#include <messagebus/ports/message_log.hpp>
#include <messagebus/service/unit_of_work.hpp>
#include <reading_club/service/club.hpp>
#include <string>

namespace reading_club {

/// Where the club is, as the command line says it.
struct club_location {
  /// The path of a SQLite file, or an address of PostgreSQL.
  std::string where;
  /// The address is that of a pooler that lends a connection for each transaction.
  bool is_pooler = false;
};

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

/// Opens it, and makes what is not there. Errors: those of the database; `std::invalid_argument`
/// for an address of another kind.
std::unique_ptr<opened_club> open_club(const club_location& location);
/// The same for looking at it: nothing is made, and nothing can be written.
std::unique_ptr<opened_club> open_club_to_look(const club_location& location);

}  // namespace reading_club
