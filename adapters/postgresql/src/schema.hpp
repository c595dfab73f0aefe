#pragma once

#include <span>

#include "database_state.hpp"

namespace messagebus::postgresql::detail {

/// SQL that lifts the log by one version: the first makes version 1 in an empty namespace.
/// `{schema}` stands for the namespace.
using migrations = std::span<const char* const>;

/// The migrations of this version of the library.
migrations schema_migrations() noexcept;

/// Brings our tables to the newest version (E7). Safe when many processes start at once: they take
/// turns. Blocking. Errors: `errc::schema_too_new`; `errc::storage_read_only`.
void migrate(const database_state& state, migrations all);

/// For a database that is only read. Blocking. Errors: `errc::schema_too_new`;
/// `errc::storage_unavailable` when there is no log in it.
void require_version(const database_state& state, migrations all);

/// Runs SQL, one statement or several, in one transaction. Blocking.
void run_script(const database_state& state, const std::string& sql, std::string_view doing);

}  // namespace messagebus::postgresql::detail
