// A line is refused, or is a message that is written as a line that says the same.

#include <cstdint>
#include <cstdlib>
#include <messagebus/domain/error.hpp>
#include <string>
#include <string_view>

#include "message_record.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  using namespace messagebus;
  const std::string_view line(reinterpret_cast<const char*>(data), bytes);
  recorded_message message;
  try {
    message = tool::parse_record(line);
  } catch (const decode_error&) {
    return 0;
  }
  std::string written;
  tool::append_record(written, message);
  if (written.find('\n') != std::string::npos) std::abort();
  if (tool::parse_record(written) != message) std::abort();
  return 0;
}
