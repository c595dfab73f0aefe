#pragma once

#include <string>

namespace reading_club {

enum class storage_kind { file, postgresql };

/// What `--database` names: the path of a SQLite file, or an address of PostgreSQL; with
/// `--pooler`, that of a pooler. Errors: `std::invalid_argument` for an address of something else,
/// for one with the schema of a log, and for a pooler in front of a file.
storage_kind kind_of(const std::string& database, bool is_pooler);

}  // namespace reading_club
