#pragma once

#include <messagebus/postgresql/postgresql_error.hpp>
#include <string>
#include <utility>

namespace messagebus::postgresql {

/// A statement would have violated a constraint of the application's own tables: unique, foreign
/// key, not null, check. Unlike on SQLite the transaction has failed with it. What is expected to
/// happen is better asked for: `INSERT … ON CONFLICT DO NOTHING` fails nothing.
class constraint_error : public postgresql_error {
 public:
  constraint_error(std::string sqlstate, const std::string& what, std::string constraint)
      : postgresql_error(errc::constraint, std::move(sqlstate), what),
        constraint_(std::move(constraint)) {}

  /// The name of the constraint; empty for a NOT NULL.
  const std::string& constraint() const noexcept { return constraint_; }

 private:
  std::string constraint_;
};

}  // namespace messagebus::postgresql
