// A text is no UUID, or one that is written as the same but for its letters' case.

#include <messagebus/domain/uuid.hpp>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  std::string text(reinterpret_cast<const char*>(data), bytes);
  const auto id = messagebus::uuid::parse(text);
  if (!id) return 0;
  std::ranges::transform(text, text.begin(), [](unsigned char letter) {
    return static_cast<char>(std::tolower(letter));
  });
  if (id->to_string() != text) std::abort();
  return 0;
}
