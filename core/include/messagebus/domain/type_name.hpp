#pragma once

#include <string_view>

namespace messagebus {

/// The name of a class as it is written in the program, without its namespaces; for people to read,
/// never stored.
template <class T>
consteval std::string_view type_name() {
  // GCC:   consteval std::string_view messagebus::type_name() [with T = shop::order; …]
  // Clang: std::string_view messagebus::type_name() [T = shop::order]
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_prefix(text.find("T = ") + 4);
  text = text.substr(0, text.find_first_of(";]"));
  const auto arguments = text.find('<');
  const auto scope = text.substr(0, arguments).rfind("::");
  if (scope != std::string_view::npos) text.remove_prefix(scope + 2);
  return text;
}

}  // namespace messagebus
