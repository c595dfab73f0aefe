#include <messagebus/postgresql/address.hpp>

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "conninfo.hpp"

namespace messagebus::postgresql {
namespace {

bool begins_with_scheme(std::string_view text, std::string_view scheme) {
  return text.size() > scheme.size() && text[scheme.size()] == ':' &&
         std::ranges::equal(text.substr(0, scheme.size()), scheme, {},
                            [](unsigned char c) { return std::tolower(c); });
}

bool is_parameter(std::string_view name) {
  const detail::conninfo known(PQconndefaults());
  for (auto* option = known.get(); option != nullptr && option->keyword != nullptr; ++option) {
    if (option->keyword == name) return true;
  }
  return false;
}

}  // namespace

bool is_address(std::string_view text) {
  constexpr std::array schemes{std::string_view("postgresql"), std::string_view("postgres")};
  const auto has_scheme = [&](std::string_view scheme) { return begins_with_scheme(text, scheme); };
  if (std::ranges::any_of(schemes, has_scheme)) return true;
  // As in `host=…`, which libpq also takes as `host = …`.
  constexpr std::string_view spaces = " \t\n";
  const auto begin = text.find_first_not_of(spaces);
  const auto equals = text.find('=');
  if (begin == std::string_view::npos || equals == std::string_view::npos) return false;
  std::string_view name = text.substr(begin, equals - std::min(begin, equals));
  name = name.substr(0, name.find_last_not_of(spaces) + 1);
  return is_parameter(name);
}

}  // namespace messagebus::postgresql
