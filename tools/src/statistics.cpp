#include "statistics.hpp"

#include <algorithm>
#include <chrono>
#include <messagebus/domain/error.hpp>

namespace messagebus::tool {

void message_totals::add(const recorded_message& message) {
  if (count == 0) first_position = message.position;
  ++count;
  if (message.published) ++published;
  bytes += message.payload.size() + message.metadata.size();
  first = std::min(first, message.created_at);
  last = std::max(last, message.created_at);
  last_position = message.position;
}

std::optional<double> message_totals::rate_per_second() const {
  if (count < 2 || last <= first) return std::nullopt;
  // As floating point before they are subtracted: times of a damaged log may lie anywhere.
  using seconds = std::chrono::duration<double>;
  const double duration =
      (seconds(last.time_since_epoch()) - seconds(first.time_since_epoch())).count();
  return static_cast<double>(count - 1) / duration;
}

void statistics::add(const recorded_message& message) {
  const type of{message.name, message.schema_version, message.kind};
  auto found = totals_.find(of);
  if (found == totals_.end()) {
    if (totals_.size() == types_max) {
      throw error(errc::limit_exceeded,
                  "the log has more than " + std::to_string(types_max) +
                      " names and versions of messages; narrow by --name or --after and --up-to");
    }
    found = totals_.emplace(of, message_totals{}).first;
  }
  found->second.add(message);
  all_.add(message);
  if (!message.causation_id) ++from_outside_;
}

std::vector<statistics::row> statistics::sorted(sort_key key) const {
  std::vector<row> rows;
  rows.reserve(totals_.size());
  for (const auto& [of, totals] : totals_) rows.push_back({of, totals});
  const auto is_before = [key](const row& left, const row& right) {
    switch (key) {
      case sort_key::count:
        return left.totals.count > right.totals.count;
      case sort_key::bytes:
        return left.totals.bytes > right.totals.bytes;
      case sort_key::rate:
        return left.totals.rate_per_second() > right.totals.rate_per_second();
      case sort_key::first:
        return left.totals.first < right.totals.first;
      case sort_key::last:
        return left.totals.last > right.totals.last;
      case sort_key::name:
        return false;  // as they stand
    }
    return false;
  };
  std::ranges::stable_sort(rows, is_before);
  return rows;
}

}  // namespace messagebus::tool
