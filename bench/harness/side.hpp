#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>

#include "unit.hpp"

namespace messagebus::bench {

/// One side of a comparison, and how its figure comes about:
/// - a function of the number of operations: the harness takes the time of the call;
/// - the same, returning a duration: it took the time itself and left its set-up out;
/// - a function without argument that returns a number: the figure, in the unit of the work;
/// - a number: a figure promised rather than measured.
class side {
 public:
  template <class Body>
    requires std::invocable<Body&, std::size_t>
  side(Body body)  // NOLINT(google-explicit-constructor): a lambda is handed over as it is
      : measure_{[body = std::move(body)](unit unit, std::size_t operations) mutable {
          return in_unit(unit, seconds_of(body, operations), static_cast<double>(operations));
        }} {}

  template <class Figure>
    requires(std::invocable<Figure&> && !std::invocable<Figure&, std::size_t>)
  side(Figure figure)  // NOLINT(google-explicit-constructor)
      : measure_{[figure = std::move(figure)](unit, std::size_t) mutable {
          return static_cast<double>(figure());
        }} {}

  side(double promised)  // NOLINT(google-explicit-constructor)
      : measure_{[promised](unit, std::size_t) { return promised; }} {}

  double measure(unit unit, std::size_t operations) { return measure_(unit, operations); }

 private:
  template <class Body>
  static double seconds_of(Body& body, std::size_t operations) {
    using seconds = std::chrono::duration<double>;
    if constexpr (std::is_void_v<std::invoke_result_t<Body&, std::size_t>>) {
      const auto start = std::chrono::steady_clock::now();
      body(operations);
      return seconds{std::chrono::steady_clock::now() - start}.count();
    } else {
      return seconds{body(operations)}.count();
    }
  }

  std::function<double(unit, std::size_t)> measure_;
};

}  // namespace messagebus::bench
