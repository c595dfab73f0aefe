#include <reading_club/adapters/storage_kind.hpp>
#include <stdexcept>
#ifdef READING_CLUB_WITH_POSTGRESQL
#include <messagebus/postgresql/address.hpp>
#endif

namespace reading_club {

storage_kind kind_of(const std::string& database) {
#ifdef READING_CLUB_WITH_POSTGRESQL
  if (messagebus::postgresql::is_address(database)) return storage_kind::postgresql;
#endif
  // Not the rest: there may be a password in it.
  const auto scheme_end = database.find("://");
  if (scheme_end == std::string::npos) return storage_kind::file;
  throw std::invalid_argument(
      database.substr(0, scheme_end) +
      "://… cannot be opened: give the path of a SQLite file, or postgresql://… where this "
      "program was built with libpq");
}

}  // namespace reading_club
