// Whatever a log holds, nothing is shown that a terminal would obey.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "palette.hpp"
#include "pretty_json.hpp"
#include "shown_text.hpp"

namespace {

void require_harmless(std::string_view text, bool may_break_lines) {
  for (const char c : text) {
    if (c == '\n' && may_break_lines) continue;
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) std::abort();
  }
  // What is shown is UTF-8 and has nothing left to replace.
  if (!may_break_lines && messagebus::tool::shown(text) != text) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  const std::string_view text(reinterpret_cast<const char*>(data), bytes);
  require_harmless(messagebus::tool::shown(text), false);
  std::string laid_out;
  messagebus::tool::append_pretty_json(laid_out, text, 2, messagebus::tool::palette(false));
  require_harmless(laid_out, true);
  return 0;
}
