#pragma once

#include <messagebus/sqlite/sqlite_error.hpp>
#include <string>

namespace messagebus::sqlite {

/// A statement would have violated a constraint of the application's own tables: unique, foreign
/// key, not null, check. The statement did nothing; caught, the transaction goes on, unless the SQL
/// says OR ROLLBACK.
class constraint_error : public sqlite_error {
 public:
  constraint_error(int extended_code, const std::string& what)
      : sqlite_error(errc::constraint, extended_code, what) {}
};

}  // namespace messagebus::sqlite
