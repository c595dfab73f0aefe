#pragma once

namespace reading_club {

/// What the program tells the shell.
enum class exit_code {
  done = 0,
  refused = 1,   ///< by a rule of the club; or `check` found that state and log disagree
  usage = 2,     ///< the command line cannot be understood
  database = 3,  ///< the database, or a file, cannot be opened, read or written
};

}  // namespace reading_club
