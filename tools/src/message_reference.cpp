#include "message_reference.hpp"

#include <algorithm>
#include <charconv>
#include <messagebus/async/sync_wait.hpp>

#include "progress.hpp"

namespace messagebus::tool {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

std::optional<position> parse_position(std::string_view text) {
  if (text.starts_with('0')) return std::nullopt;
  std::int64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto [stopped, fault] = std::from_chars(text.data(), end, value);
  if (fault != std::errc{} || stopped != end || value <= 0) return std::nullopt;
  return position{value};
}

// Lower case, without hyphens; empty when there is anything but digits of an id.
std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c == '-') continue;
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    if (hex_digits.find(lower) == std::string_view::npos) return {};
    digits += lower;
  }
  return digits;
}

}  // namespace

message_reference::message_reference(std::string_view text)
    : id_(uuid::parse(text)), position_(parse_position(text)) {
  if (id_ || position_) return;
  auto end_of_beginning = text.size();
  auto begin_of_end = text.size();
  for (const std::string_view dots : {"…", "...", ".."}) {
    const auto at = text.find(dots);
    if (at == std::string_view::npos) continue;
    end_of_beginning = at;
    begin_of_end = at + dots.size();
    break;
  }
  const auto end_text = text.substr(begin_of_end);
  beginning_ = digits_of(text.substr(0, end_of_beginning));
  end_ = digits_of(end_text);
  if (beginning_.empty() || beginning_.size() + end_.size() > 32 ||
      (end_.empty() && !end_text.empty())) {
    throw usage_error("'" + std::string(text) +
                      "' is no id, no beginning of one and no position; messagebus log shows ids");
  }
}

bool message_reference::means(uuid id) const {
  const auto digits = digits_of(id.to_string());
  return digits.starts_with(beginning_) && digits.ends_with(end_);
}

std::vector<recorded_message> message_reference::find(message_log& log,
                                                      surroundings& around) const {
  std::vector<recorded_message> found;
  if (id_) {
    if (auto message = sync_wait(log.find(*id_))) found.push_back(std::move(*message));
    return found;
  }
  log_query query;
  if (position_) {
    query.after = position{position_->value - 1};
    query.up_to = *position_;
  }
  const auto total = sync_wait(log.last_position()).value;
  progress bar(around, "searching", static_cast<std::uint64_t>(total));
  for (const auto& message : log.read(query)) {
    if (around.stop.stop_requested() || found.size() == candidates_max) break;
    if (position_ || means(message.message_id)) found.push_back(message);
    bar.show(static_cast<std::uint64_t>(message.position.value));
  }
  return found;
}

}  // namespace messagebus::tool
