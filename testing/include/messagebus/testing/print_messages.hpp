#pragma once

#include <gtest/gtest.h>

#include <concepts>
#include <messagebus/domain/print.hpp>
#include <ostream>
#include <string>
#include <type_traits>

// Lets GoogleTest print messages, envelopes and described models of any namespace as `to_string`
// does (M4). Include it in all files of a test program: what one prints so, the others must not
// print otherwise. GoogleTest's own way, a `PrintTo` beside each type, would be a line for every
// message.

namespace messagebus::testing::detail {

template <class T>
concept printed_by_to_string =
    !std::is_const_v<T> && std::is_class_v<T> && requires(const T& value) {
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
