#pragma once

#include <string_view>

namespace reading_club {

/// Whether this names a PostgreSQL database, and no file.
inline bool is_in_postgresql(std::string_view database) {
  return database.starts_with("postgresql://") || database.starts_with("postgres://");
}

}  // namespace reading_club
