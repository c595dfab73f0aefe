// A text is no timestamp, or one that is written and read again as the same.

#include <messagebus/domain/timestamp.hpp>

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  const std::string_view text(reinterpret_cast<const char*>(data), bytes);
  const auto instant = messagebus::parse_timestamp(text);
  if (!instant) return 0;
  const std::string written = messagebus::format_timestamp(*instant);
  if (messagebus::parse_timestamp(written) != instant) std::abort();
  // What Python wrote in UTC is what we write.
  const bool has_python_form =
      text.size() == messagebus::timestamp_text_bytes_max && text.ends_with("+00:00");
  if (has_python_form && !text.ends_with(".000000+00:00") && written != text) std::abort();
  return 0;
}
