#pragma once

#include <string>

namespace reading_club {

enum class storage_kind { file, postgresql };

/// What `--database` names: the path of a SQLite file, or an address of PostgreSQL. Errors:
/// `std::invalid_argument` for an address of something else.
storage_kind kind_of(const std::string& database);

}  // namespace reading_club
