#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace messagebus::tool {

/// A bar of exactly `columns` columns of which `share` (0 to 1) is filled, in eighths of a column;
/// what is more than nothing shows at least an eighth.
std::string bar(double share, std::size_t columns);

/// `1,234,567`.
std::string grouped(std::uint64_t number);

/// `532 B`, `1.4 kB`, `23 MB`.
std::string short_bytes(std::uint64_t bytes);

/// `1,200/s`, `2.5/min`, `7/h`, `0.3/day`: in the shortest unit in which it is 1 or more.
std::string short_rate(double per_second);

}  // namespace messagebus::tool
