#pragma once

#include <cstddef>

namespace messagebus::tool {

enum class color_choice { automatic, always, never };

/// Where the output goes to, as far as its looks depend on it.
struct screen {
  bool is_terminal = false;
  bool has_colors = false;
  /// Columns to draw in; 100 where there is no terminal.
  std::size_t columns = 100;
};

/// Whether to draw in colours: what `--color` says; else `NO_COLOR` (any text but none) means no,
/// `CLICOLOR_FORCE` (any text but none and 0) means yes; else a terminal means yes, unless it is
/// `dumb`.
bool wants_colors(color_choice choice, bool is_terminal);

screen screen_of(int descriptor, color_choice choice);

}  // namespace messagebus::tool
