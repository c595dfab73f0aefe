#include "location.hpp"

#include <messagebus/domain/error.hpp>

#include "sqlite_location.hpp"
#ifdef MESSAGEBUS_TOOL_WITH_POSTGRESQL
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

#ifdef MESSAGEBUS_TOOL_WITH_POSTGRESQL
bool is_postgresql(std::string_view scheme) {
  return scheme == "postgresql" || scheme == "postgres";
}
#endif

[[noreturn]] void refuse_scheme(std::string_view scheme) {
  throw error(errc::storage_unavailable,
              std::string(scheme) +
                  ":// is nothing that this messagebus can open; it takes the path of an SQLite "
                  "file, and postgresql://… where it was built with that");
}

}  // namespace

std::unique_ptr<opened_log> open_to_read(const std::string& location) {
  const auto scheme = scheme_of(location);
  if (scheme.empty()) return open_sqlite_to_read(location);
#ifdef MESSAGEBUS_TOOL_WITH_POSTGRESQL
  if (is_postgresql(scheme)) return open_postgresql_to_read(location);
#endif
  refuse_scheme(scheme);
}

std::unique_ptr<opened_store> open_to_write(const std::string& location) {
  const auto scheme = scheme_of(location);
  if (scheme.empty()) return open_sqlite_to_write(location);
#ifdef MESSAGEBUS_TOOL_WITH_POSTGRESQL
  if (is_postgresql(scheme)) return open_postgresql_to_write(location);
#endif
  refuse_scheme(scheme);
}

}  // namespace messagebus::tool
