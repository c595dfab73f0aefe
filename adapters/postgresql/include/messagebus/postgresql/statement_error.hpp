#pragma once

#include <messagebus/domain/error.hpp>
#include <string>
#include <utility>

namespace messagebus::postgresql {

/// The server refused a statement. The transaction has failed with it: roll back; the connection
/// goes on.
class statement_error : public error {
 public:
  statement_error(errc code, const std::string& what, retry retry, std::string sqlstate)
      : error(code, what, retry), sqlstate_(std::move(sqlstate)) {}

  /// PostgreSQL's five characters, "23505" and the like.
  const std::string& sqlstate() const noexcept { return sqlstate_; }

 private:
  std::string sqlstate_;
};

/// A statement violated a constraint of the application's own tables. What is expected to happen is
/// better asked for: `INSERT … ON CONFLICT DO NOTHING` fails no transaction.
class constraint_error : public statement_error {
 public:
  constraint_error(const std::string& what, std::string sqlstate, std::string constraint)
      : statement_error(errc::storage, what, retry::useless, std::move(sqlstate)),
        constraint_(std::move(constraint)) {}

  /// The name of the constraint; empty for a NOT NULL.
  const std::string& constraint() const noexcept { return constraint_; }

 private:
  std::string constraint_;
};

}  // namespace messagebus::postgresql
