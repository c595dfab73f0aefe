#pragma once

#include <span>

#include "connection.hpp"

namespace messagebus::sqlite::detail {

/// SQL that lifts a database by one version: the first makes version 1 of an empty file.
using migrations = std::span<const char* const>;

/// The migrations of this version of the library.
migrations schema_migrations() noexcept;

/// Brings our tables to the newest version (E7). Safe when many processes open the file at once.
/// Errors: `errc::schema_too_new`.
void migrate(connection& connection, migrations all);

/// For a database that is only read. Errors: `errc::schema_too_new`; `errc::storage_unavailable`
/// when there is no log in it.
void require_version(connection& connection, migrations all);

}  // namespace messagebus::sqlite::detail
