#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <messagebus/domain/recorded_message.hpp>
#include <optional>
#include <string>
#include <vector>

namespace messagebus::tool {

/// What there is of some messages of a log.
struct message_totals {
  std::uint64_t count = 0;
  std::uint64_t published = 0;
  /// Of payloads and metadata, as the log keeps them.
  std::uint64_t bytes = 0;
  /// By the time of their making, which need not be the order of the log.
  timestamp first = timestamp::max();
  timestamp last = timestamp::min();
  position first_position;
  position last_position;

  void add(const recorded_message& message);
  /// Messages a second between the first and the last; empty when there is no time between them.
  std::optional<double> rate_per_second() const;
};

/// Counts messages by name, version and kind.
class statistics {
 public:
  struct type {
    std::string name;
    int schema_version = 1;
    message_kind kind = message_kind::event;

    friend auto operator<=>(const type&, const type&) = default;
  };
  struct row {
    statistics::type type;
    message_totals totals;
  };
  enum class sort_key { count, name, bytes, rate, first, last };

  /// Bounds the memory; no application has so many types, but a damaged log may.
  static constexpr std::size_t types_max = 100'000;

  /// Errors: `errc::limit_exceeded` beyond `types_max`.
  void add(const recorded_message& message);

  /// The largest first, names and first times in ascending order.
  std::vector<row> sorted(sort_key key) const;
  const message_totals& all() const noexcept { return all_; }
  /// How many began a chain.
  std::uint64_t from_outside() const noexcept { return from_outside_; }

 private:
  std::map<type, message_totals> totals_;
  message_totals all_;
  std::uint64_t from_outside_ = 0;
};

}  // namespace messagebus::tool
