#include "screen.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace messagebus::tool {
namespace {

// Read before any thread is started.
std::string_view environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::string_view{} : value;
}

}  // namespace

bool wants_colors(color_choice choice, bool is_terminal) {
  if (choice != color_choice::automatic) return choice == color_choice::always;
  if (!environment("NO_COLOR").empty()) return false;
  const auto forced = environment("CLICOLOR_FORCE");
  if (!forced.empty() && forced != "0") return true;
  return is_terminal && environment("TERM") != "dumb";
}

screen screen_of(int descriptor, color_choice choice) {
  screen result;
  result.is_terminal = ::isatty(descriptor) == 1;
  result.has_colors = wants_colors(choice, result.is_terminal);
  winsize size{};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): this is how the system is asked
  if (result.is_terminal && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) {
    result.columns = size.ws_col;
  }
  return result;
}

}  // namespace messagebus::tool
