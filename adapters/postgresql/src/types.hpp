#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <messagebus/domain/timestamp.hpp>

namespace messagebus::postgresql::detail {

/// Object ids of PostgreSQL's own types; the server promises never to change them.
namespace type {
inline constexpr std::uint32_t boolean = 16;
inline constexpr std::uint32_t bytea = 17;
inline constexpr std::uint32_t int8 = 20;
inline constexpr std::uint32_t int2 = 21;
inline constexpr std::uint32_t int4 = 23;
inline constexpr std::uint32_t oid = 26;
inline constexpr std::uint32_t json = 114;
inline constexpr std::uint32_t float4 = 700;
inline constexpr std::uint32_t float8 = 701;
inline constexpr std::uint32_t unknown = 705;
inline constexpr std::uint32_t text = 25;
inline constexpr std::uint32_t name = 19;
inline constexpr std::uint32_t bpchar = 1042;
inline constexpr std::uint32_t varchar = 1043;
inline constexpr std::uint32_t timestamp = 1114;
inline constexpr std::uint32_t timestamptz = 1184;
inline constexpr std::uint32_t uuid = 2950;
inline constexpr std::uint32_t jsonb = 3802;
}  // namespace type

/// The server counts microseconds from here.
inline constexpr std::chrono::microseconds server_epoch =
    std::chrono::sys_days(std::chrono::year{2000} / 1 / 1).time_since_epoch();

inline constexpr timestamp earliest_of_server =
    std::chrono::sys_days(std::chrono::year{-4713} / 11 / 24);

/// Whether so many microseconds since then are an instant for us. The server also knows infinities,
/// which are its smallest and its largest number, and years that a `timestamp` does not reach.
constexpr bool is_timestamp(std::int64_t since_epoch) noexcept {
  using limits = std::numeric_limits<std::int64_t>;
  return since_epoch > limits::min() && since_epoch <= limits::max() - server_epoch.count();
}

}  // namespace messagebus::postgresql::detail
