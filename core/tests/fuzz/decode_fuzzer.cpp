// Whatever the text: it decodes, or a decode_error says why not; and what decodes is written and
// read again as the same.

#include <cstdint>
#include <cstdlib>

#include "codec_types.hpp"

namespace {

using namespace messagebus;

// All may be absent, so that small texts reach each kind of value.
struct parts {
  std::optional<codec_tests::numbers> figures;
  std::optional<codec_tests::genre> kind;
  std::optional<codec_tests::balance> account;
  std::optional<uuid> id;
  std::optional<timestamp> at;
  std::optional<std::chrono::milliseconds> timeout_ms;
  std::optional<std::array<int, 3>> triple;
  std::optional<std::vector<bool>> flags;
  std::optional<std::vector<std::byte>> bytes;
  std::optional<std::map<std::string, codec_tests::rating>> by_name;
  std::optional<std::map<std::int32_t, std::string>> by_number;
  std::optional<std::unordered_map<codec_tests::genre, double>> by_genre;
  std::optional<std::tuple<bool, float, std::string>> tuple;
  std::optional<codec_tests::choice> chosen;
  std::optional<codec_tests::money> price;
  std::optional<codec_tests::tree> root;
  std::optional<codec::raw_json> raw;
  bool operator==(const parts&) const = default;
};
BOOST_DESCRIBE_STRUCT(parts, (),
                      (figures, kind, account, id, at, timeout_ms, triple, flags, bytes, by_name,
                       by_number, by_genre, tuple, chosen, price, root, raw))

template <class T>
void check(std::string_view json) {
  T value;
  try {
    codec::decode_into(json, value);
  } catch (const decode_error&) {
    return;
  }
  if (!(codec::decode<T>(codec::encode(value)) == value)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  const std::string_view json(reinterpret_cast<const char*>(data), bytes);
  check<parts>(json);
  check<codec_tests::everything>(json);
  return 0;
}
