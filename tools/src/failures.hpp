#pragma once

#include <exception>
#include <string>

#include "exit_code.hpp"

namespace messagebus::tool {

/// What is said about an error, and the exit code that goes with it.
struct failure {
  /// Where, what, and what to do, in one line; empty: nothing is said.
  std::string sentence;
  exit_code code = exit_code::fault;
};

failure explain(const std::exception& error);

}  // namespace messagebus::tool
