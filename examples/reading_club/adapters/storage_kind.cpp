#include <reading_club/adapters/storage_kind.hpp>
#include <stdexcept>
#ifdef READING_CLUB_WITH_POSTGRESQL
#include <messagebus/postgresql/address.hpp>
#endif

namespace reading_club {
namespace {

#ifdef READING_CLUB_WITH_POSTGRESQL
// The command messagebus takes postgresql://…#schema, and may have shown it. To libpq it is the
// name of a database.
void refuse_schema(const std::string& address) {
  const auto at = address.rfind('#');
  if (at == std::string::npos || address.find_first_of("@/?&=' ", at) != std::string::npos) return;
  const bool is_url = address.find("://") < at;
  if (!is_url && address[at - 1] != ' ') return;
  throw std::invalid_argument(
      std::string("the club keeps its log in the schema messagebus, and takes no #… behind the "
                  "address: leave it out, or write a # that is part of the address ") +
      (is_url ? "as %23" : "within quotes, as in password='a #b'"));
}
#endif

}  // namespace

storage_kind kind_of(const std::string& database, bool is_pooler) {
#ifdef READING_CLUB_WITH_POSTGRESQL
  if (messagebus::postgresql::is_address(database)) {
    refuse_schema(database);
    return storage_kind::postgresql;
  }
#endif
  // Not the rest: there may be a password in it.
  const auto scheme_end = database.find("://");
  if (scheme_end != std::string::npos) {
    throw std::invalid_argument(
        database.substr(0, scheme_end) +
        "://… cannot be opened: give the path of a SQLite file, or postgresql://… where this "
        "program was built with libpq");
  }
  if (is_pooler) {
    throw std::invalid_argument("--pooler is for a PostgreSQL address, and " + database +
                                " is taken for a file");
  }
  return storage_kind::file;
}

}  // namespace reading_club
