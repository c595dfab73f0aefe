#pragma once

#include <messagebus/domain/error.hpp>
#include <string>
#include <utility>

namespace messagebus::postgresql {

/// An error that the server reported, with its code. The transaction has failed with it: roll back;
/// the connection goes on.
class postgresql_error : public error {
 public:
  postgresql_error(errc code, std::string sqlstate, const std::string& what,
                   messagebus::retry retry = messagebus::retry::useless)
      : error(code, what, retry), sqlstate_(std::move(sqlstate)) {}

  /// PostgreSQL's five characters: "23505", "42P01", …
  const std::string& sqlstate() const noexcept { return sqlstate_; }

 private:
  std::string sqlstate_;
};

}  // namespace messagebus::postgresql
