#include <algorithm>
#include <messagebus/testing/simulated_ids.hpp>

namespace messagebus::testing {
namespace {

void store_big_endian(std::uint8_t* bytes, std::uint64_t value) noexcept {
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(value >> (56 - 8 * i));
}

}  // namespace

uuid simulated_ids::next(timestamp now) {
  constexpr std::uint64_t version = 0x7000;
  constexpr std::uint64_t variant = 0x8000'0000'0000'0000;
  const auto micros =
      static_cast<std::uint64_t>(std::max<std::int64_t>(now.time_since_epoch().count(), 0));
  const std::lock_guard lock(mutex_);
  last_order_ = std::max(micros / 1000 << 12 | micros % 1000 * 4096 / 1000, last_order_ + 1);
  uuid id;
  store_big_endian(id.bytes.data(), last_order_ >> 12 << 16 | version | (last_order_ & 0xfff));
  store_big_endian(id.bytes.data() + 8, variant | random_.next() >> 2);
  return id;
}

}  // namespace messagebus::testing
