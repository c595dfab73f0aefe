// What is JSON: held against Boost.JSON, byte for byte. And whatever is written is JSON.

#include <messagebus/codec/json.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdint>
#include <cstdlib>

namespace {

using namespace messagebus;

constexpr std::size_t depth_max = 100;

boost::json::parse_options options() {
  boost::json::parse_options options;
  options.max_depth = depth_max;
  return options;
}

// As text, since to Boost.JSON 0e999999999 is no number, and so not even equal to itself.
std::string written_by_boost(std::string_view text) {
  return boost::json::serialize(boost::json::parse({text.data(), text.size()}, {}, options()));
}

void check_reading(std::string_view text) {
  boost::system::error_code failure;
  boost::json::parse({text.data(), text.size()}, failure, {}, options());
  // A number that nobody reads may be of any size here.
  if (failure == boost::json::error::exponent_overflow) return;
  const auto fault = codec::json_fault(text, {.depth_max = depth_max});
  if (fault.has_value() != failure.failed()) std::abort();
  if (fault) return;
  const auto kept = codec::decode<codec::raw_json>(text, {.depth_max = depth_max});
  if (written_by_boost(kept.text) != written_by_boost(text)) std::abort();
}

void check_writing(std::string_view text) {
  std::string json;
  try {
    codec::append_json_string(json, text);
    if (codec::decode<std::string>(json) != text) std::abort();
  } catch (const encode_error&) {
    if (!json.empty()) std::abort();
    codec::encode_lossy(text, json);
  }
  const auto read = boost::json::parse(json).as_string();
  if (read != codec::decode<std::string>(json)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  const std::string_view text(reinterpret_cast<const char*>(data), bytes);
  check_reading(text);
  check_writing(text);
  return 0;
}
