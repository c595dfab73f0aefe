#include "location.hpp"

#include <messagebus/domain/error.hpp>

#include "sqlite_location.hpp"
#ifdef MESSAGEBUS_TOOL_WITH_POSTGRESQL
#include <messagebus/postgresql/address.hpp>

#include "postgresql_location.hpp"
#endif

namespace messagebus::tool {
namespace {

// The scheme of `scheme://…`, or empty for a path.
std::string_view scheme_of(std::string_view location) {
  const auto end = location.find("://");
  if (end == std::string_view::npos) return {};
  const auto scheme = location.substr(0, end);
  const auto letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.";
  return scheme.find_first_not_of(letters) == std::string_view::npos ? scheme : std::string_view{};
}

// The path of a file, or nothing that can be opened.
const std::string& checked_path(const given_location& location) {
  const auto scheme = scheme_of(location.text);
  if (!scheme.empty()) {
    throw error(errc::storage_unavailable,
                std::string(scheme) +
                    ":// is nothing that this messagebus can open; it takes the path of an SQLite "
                    "file, and postgresql://… where it was built with that");
  }
  if (location.is_pooler) {
    throw error(errc::storage_unavailable,
                location.text +
                    " is taken for the path of a file, and --pooler is for an address of "
                    "PostgreSQL: leave it out, or give postgresql://…");
  }
  return location.text;
}

}  // namespace

std::unique_ptr<opened_log> open_to_read(const given_location& location) {
#ifdef MESSAGEBUS_TOOL_WITH_POSTGRESQL
  if (postgresql::is_address(location.text)) return open_postgresql_to_read(location);
#endif
  return open_sqlite_to_read(checked_path(location));
}

std::unique_ptr<opened_store> open_to_write(const given_location& location) {
#ifdef MESSAGEBUS_TOOL_WITH_POSTGRESQL
  if (postgresql::is_address(location.text)) return open_postgresql_to_write(location);
#endif
  return open_sqlite_to_write(checked_path(location));
}

}  // namespace messagebus::tool
