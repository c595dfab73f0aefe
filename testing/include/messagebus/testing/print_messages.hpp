#pragma once

#include <gtest/gtest.h>

#include <messagebus/domain/print.hpp>
#include <ostream>
#include <type_traits>

// Lets GoogleTest print messages, envelopes and described models of any namespace as `to_string`
// does (M4). Include it in a file of tests; GoogleTest looks for `PrintTo` beside each type only.

namespace messagebus::testing::detail {

template <class T>
concept printed_by_to_string = !std::is_const_v<T> && std::is_class_v<T> && requires(const T& value) {
  { messagebus::to_string(value) } -> std::same_as<std::string>;
};

}  // namespace messagebus::testing::detail

namespace testing::internal {

template <messagebus::testing::detail::printed_by_to_string T>
class UniversalPrinter<T> {  // NOLINT(readability-identifier-naming): GoogleTest's name
 public:
  // NOLINTNEXTLINE(readability-identifier-naming): GoogleTest's name
  static void Print(const T& value, std::ostream* stream) {
    *stream << messagebus::to_string(value);
  }
};

}  // namespace testing::internal
