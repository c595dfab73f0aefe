#include <reading_club/adapters/postgresql/postgresql_club.hpp>
#include <reading_club/adapters/postgresql/postgresql_tables.hpp>

namespace reading_club {

postgresql_club::postgresql_club(const std::string& where,
                                 const messagebus::postgresql::database_options& options)
    : database_(where, options) {
  if (!options.read_only) database_.execute(postgresql_tables);
}

}  // namespace reading_club
