#include "instant.hpp"

#include <charconv>
#include <string>

namespace messagebus::tool {
namespace {

std::optional<std::chrono::seconds> unit_of(char letter) {
  using namespace std::chrono_literals;
  switch (letter) {
    case 's':
      return 1s;
    case 'm':
      return 1min;
    case 'h':
      return 1h;
    case 'd':
      return 24h;
    default:
      return std::nullopt;
  }
}

std::optional<timestamp> parse_ago(std::string_view text, timestamp now) {
  const auto unit = unit_of(text.back());
  std::uint32_t count = 0;
  const auto* const end = text.data() + text.size() - 1;
  const auto [stopped, fault] = std::from_chars(text.data(), end, count);
  if (!unit || fault != std::errc{} || stopped != end) return std::nullopt;
  // Nothing is older than the first year that a timestamp can have.
  constexpr timestamp earliest = std::chrono::sys_days(std::chrono::year{1} / 1 / 1);
  const auto ago = *unit * std::int64_t{count};
  if (ago > std::chrono::floor<std::chrono::seconds>(now - earliest)) return std::nullopt;
  return now - ago;
}

}  // namespace

std::optional<timestamp> parse_instant(std::string_view text, timestamp now) {
  if (text.empty()) return std::nullopt;
  if (const auto ago = parse_ago(text, now)) return ago;
  std::string written(text);
  // The seconds may be left out also where a zone stands behind them.
  constexpr std::size_t end_of_minutes = std::string_view("2025-12-22T10:11").size();
  if (text.size() > end_of_minutes &&
      std::string_view("Z+-").find(text[end_of_minutes]) != std::string_view::npos) {
    written.insert(end_of_minutes, ":00");
  }
  for (const char* const rest : {"", "Z", ":00Z", "T00:00:00Z"}) {
    if (const auto instant = parse_timestamp(written + rest)) return instant;
  }
  return std::nullopt;
}

}  // namespace messagebus::tool
