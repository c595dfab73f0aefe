// What people write on the command line: instants, and what means a message.

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <messagebus/domain/error.hpp>
#include <string>
#include <string_view>

#include "instant.hpp"
#include "message_reference.hpp"

namespace {

constexpr messagebus::timestamp now = std::chrono::sys_days(std::chrono::year{2025} / 12 / 22);

void read_instant(std::string_view text) {
  const auto instant = messagebus::tool::parse_instant(text, now);
  if (!instant) return;
  // It lies in a year that a timestamp can have, and means the same when it is written out.
  const auto written = messagebus::format_timestamp(*instant);
  if (messagebus::tool::parse_instant(written, now) != instant) std::abort();
}

void read_reference(std::string_view text) {
  try {
    const messagebus::tool::message_reference reference(text);
  } catch (const messagebus::usage_error& refused) {
    if (std::string_view(refused.what()).find(text) == std::string_view::npos) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  const std::string text(reinterpret_cast<const char*>(data), bytes);
  if (text.find('\0') != std::string::npos) return 0;  // no argument of a program has it
  read_instant(text);
  read_reference(text);
  return 0;
}
