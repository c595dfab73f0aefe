#pragma once

namespace http_club {

/// What the program tells the shell.
enum class exit_code {
  done = 0,
  cut_off = 1,  ///< requests ran for longer than the shutdown waits
  usage = 2,    ///< the command line cannot be understood
  failed = 3,   ///< the database cannot be opened, or the port cannot be listened on
};

}  // namespace http_club
