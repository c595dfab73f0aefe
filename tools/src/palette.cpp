#include "palette.hpp"

namespace messagebus::tool {
namespace {

// The sixteen colours that every theme has chosen for itself, so that they can be read on dark and
// on light backgrounds.
std::string_view code_of(role role) noexcept {
  switch (role) {
    case role::plain:
      return {};
    case role::faint:
      return "\x1b[2m";
    case role::heading:
      return "\x1b[1m";
    case role::command:
      return "\x1b[34m";
    case role::published:
      return "\x1b[33m";
    case role::marked:
      return "\x1b[1;33m";
    case role::event:
    case role::good:
      return "\x1b[32m";
    case role::bad:
      return "\x1b[31m";
    case role::bar:
    case role::key:
      return "\x1b[36m";
  }
  return {};
}

}  // namespace

void palette::begin(std::string& out, role role) const {
  if (has_colors_) out += code_of(role);
}

void palette::end(std::string& out, role role) const {
  if (has_colors_ && role != role::plain) out += "\x1b[0m";
}

}  // namespace messagebus::tool
