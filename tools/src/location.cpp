#include "location.hpp"

#include <messagebus/domain/error.hpp>

#include "sqlite_location.hpp"

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

void refuse_unknown_scheme(const std::string& location) {
  const auto scheme = scheme_of(location);
  if (scheme.empty()) return;
  throw error(errc::storage_unavailable,
              std::string(scheme) +
                  ":// is nothing that this messagebus can open; it takes the path "
                  "of an SQLite file");
}

}  // namespace

std::unique_ptr<opened_log> open_to_read(const std::string& location) {
  refuse_unknown_scheme(location);
  return open_sqlite_to_read(location);
}

std::unique_ptr<opened_store> open_to_write(const std::string& location) {
  refuse_unknown_scheme(location);
  return open_sqlite_to_write(location);
}

}  // namespace messagebus::tool
