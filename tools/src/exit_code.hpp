#pragma once

namespace messagebus::tool {

/// What the command tells the shell. The numbers are documented in `--help` and docs/tool.md, and
/// scripts rely on them.
enum class exit_code {
  ok = 0,
  found = 1,          ///< `verify` found something wrong, or `show` did not find the message
  usage = 2,          ///< the command line cannot be understood
  location = 3,       ///< the location cannot be opened, read or written
  refused_line = 4,   ///< `import` refused a line
  file = 5,           ///< a file or standard output cannot be read or written
  fault = 70,         ///< a fault of this program
  interrupted = 130,  ///< ended by Ctrl-C; other signals: 128 and their number
  broken_pipe = 141,  ///< nobody reads the output any more
};

constexpr int to_int(exit_code code) noexcept {
  return static_cast<int>(code);
}

}  // namespace messagebus::tool
