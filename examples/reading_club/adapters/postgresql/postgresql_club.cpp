#include <reading_club/adapters/postgresql/postgresql_club.hpp>
#include <reading_club/adapters/postgresql/postgresql_tables.hpp>
#include <utility>

namespace reading_club {

postgresql_club::postgresql_club(const std::string& where,
                                 messagebus::postgresql::database_options options)
    : database_(where, std::move(options)) {
  database_.execute(postgresql_tables);
}

}  // namespace reading_club
