#pragma once

#include <concepts>

namespace messagebus::detail {

/// A character, which the language takes for an integer, and whoever gives it to a statement means
/// as text.
template <class T>
concept character =
    std::same_as<T, char> || std::same_as<T, char8_t> || std::same_as<T, char16_t> ||
    std::same_as<T, char32_t> || std::same_as<T, wchar_t>;

}  // namespace messagebus::detail
