#pragma once

#include <functional>
#include <stop_token>

#include "exit_code.hpp"
#include "output.hpp"
#include "palette.hpp"
#include "screen.hpp"

namespace messagebus::tool {

/// What a command has around it.
struct surroundings {
  output& out;
  screen out_screen;
  output& err;
  screen err_screen;
  /// Requested by Ctrl-C, or when nobody reads the output any more.
  std::stop_token stop = {};

  palette colors() const noexcept { return palette(out_screen.has_colors); }
};

/// What the command line asks for.
struct command_line {
  std::function<exit_code(surroundings&)> command = {};
  color_choice colors = color_choice::automatic;
  /// Whether the command is to be ended by Ctrl-C, so that this is no failure (`follow`).
  bool is_ended_by_signal = false;
};

}  // namespace messagebus::tool
