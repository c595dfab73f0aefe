#pragma once

#include <messagebus/domain/error.hpp>

namespace messagebus::sqlite {

/// A statement violated a constraint of the application's own tables. The statement did nothing;
/// the transaction goes on.
class constraint_error : public error {
 public:
  constraint_error(const std::string& what, int extended_code)
      : error(errc::storage, what), extended_code_(extended_code) {}

  /// SQLite's extended result code, `SQLITE_CONSTRAINT_UNIQUE` and the like.
  int extended_code() const noexcept { return extended_code_; }

 private:
  int extended_code_;
};

}  // namespace messagebus::sqlite
