#include "bars.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace messagebus::tool {

std::string bar(double share, std::size_t columns) {
  constexpr std::array<std::string_view, 8> parts = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const double exact = std::clamp(share, 0.0, 1.0) * static_cast<double>(columns) * 8;
  auto eighths = static_cast<std::size_t>(std::lround(exact));
  if (share > 0 && eighths == 0 && columns > 0) eighths = 1;
  std::string drawn;
  for (std::size_t i = 0; i < eighths / 8; ++i) drawn += "█";
  drawn += parts.at(eighths % 8);
  const std::size_t taken = (eighths + 7) / 8;
  if (taken < columns) drawn.append(columns - taken, ' ');
  return drawn;
}

std::string grouped(std::uint64_t number) {
  auto text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

std::string short_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 6> units = {"kB", "MB", "GB", "TB", "PB", "EB"};
  if (bytes < 1000) return fmt::format("{} B", bytes);
  auto amount = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  while (amount >= 999.5 && unit + 1 < units.size()) {
    amount /= 1000;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", amount, amount < 9.95 ? 1 : 0, units.at(unit));
}

std::string short_rate(double per_second) {
  struct unit {
    double seconds;
    std::string_view name;
  };
  constexpr std::array<unit, 4> units = {{{1, "/s"}, {60, "/min"}, {3600, "/h"}, {86400, "/day"}}};
  const auto* chosen = units.begin();
  while (chosen + 1 != units.end() && per_second * chosen->seconds < 1) ++chosen;
  const double amount = per_second * chosen->seconds;
  if (amount >= 9.95) {
    return grouped(static_cast<std::uint64_t>(std::llround(amount))) + std::string(chosen->name);
  }
  return fmt::format("{:.2g}{}", amount, chosen->name);
}

}  // namespace messagebus::tool
