#pragma once

#include "exit_code.hpp"

namespace messagebus::tool {

/// The command `messagebus`: reads the command line, runs what it asks for, and says on standard
/// error, in one line, what went wrong.
int run_application(int argc, const char* const* argv);

}  // namespace messagebus::tool
