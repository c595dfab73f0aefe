#pragma once

#include <messagebus/domain/error.hpp>
#include <string>

namespace messagebus::sqlite {

/// An error that SQLite reported, with its code.
class sqlite_error : public error {
 public:
  sqlite_error(errc code, int extended_code, const std::string& what,
               messagebus::retry retry = messagebus::retry::useless)
      : error(code, what, retry), extended_code_(extended_code) {}

  /// SQLite's extended result code: `SQLITE_CONSTRAINT_UNIQUE`, `SQLITE_IOERR_FSYNC`, …
  int extended_code() const noexcept { return extended_code_; }

 private:
  int extended_code_;
};

}  // namespace messagebus::sqlite
