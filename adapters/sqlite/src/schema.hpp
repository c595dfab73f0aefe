#pragma once

#include <span>
#include <string>
#include <vector>

#include "connection.hpp"

namespace messagebus::sqlite::detail {

/// SQL that lifts a database by one version: the first makes version 1 of an empty file.
using migrations = std::span<const char* const>;

/// The migrations of this version of the library.
migrations schema_migrations() noexcept;

/// Brings our tables to the newest version (E7), in one transaction. Safe when many processes open
/// the file at once. Errors: `errc::schema_too_new`; `errc::storage_corrupt` when there is a log
/// whose version somebody has removed.
void migrate(connection& connection, migrations all);

/// For a database that is only read. Errors: those of `migrate`; `errc::storage_unavailable` when
/// there is no log in it, or an older one.
void require_version(connection& connection, migrations all);

/// Where tables, indexes and triggers of the log differ from those that this library makes, a
/// sentence each.
std::vector<std::string> differences_of_schema(connection& connection);

}  // namespace messagebus::sqlite::detail
