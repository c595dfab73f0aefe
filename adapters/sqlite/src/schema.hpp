#pragma once

#include <span>
#include <string>
#include <vector>

namespace messagebus::sqlite::detail {

class connection;

/// One step from a version of the schema to the next.
struct migration {
  int version;  // that it leads to
  const char* sql;
};

/// All steps, oldest first; the last one leads to the version that this library writes.
std::span<const migration> migrations() noexcept;

/// Brings the file from whatever version it has to the newest of `steps`, in one transaction. Safe
/// when several processes do it at once. Errors: `errc::schema_too_new`.
void migrate(connection& connection, std::span<const migration> steps);

/// For those who only read. Errors: `errc::schema_too_new`; `errc::storage_read_only` when it would
/// have to be migrated; `errc::storage_unavailable` when there is no log in the file.
void require_current_schema(connection& connection, std::span<const migration> steps);

/// Each difference between the tables, indexes and triggers of the log in the file and those that
/// this library makes, a sentence each.
std::vector<std::string> differences_of_schema(connection& connection);

}  // namespace messagebus::sqlite::detail
