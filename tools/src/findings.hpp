#pragma once

#include <array>
#include <cstdint>
#include <messagebus/domain/position.hpp>
#include <messagebus/domain/uuid.hpp>
#include <optional>
#include <string>

#include "command_line.hpp"
#include "message_checks.hpp"
#include "progress.hpp"

namespace messagebus::tool {

/// Where something was found: a message, or a place where none can be read, or neither.
struct finding_place {
  std::optional<messagebus::position> position = {};
  std::optional<uuid> message_id = {};
};

/// Writes findings as they come, up to a limit, and counts them all.
class findings {
 public:
  /// Lifetime: surroundings outlive this.
  findings(surroundings& around, bool json, std::uint64_t shown_max)
      : around_(around), json_(json), shown_max_(shown_max) {}

  /// `bar` is hidden while a line is written.
  void add(const finding_place& where, const finding& found, progress& bar);

  std::uint64_t count() const noexcept { return count_; }
  bool are_all_shown() const noexcept { return count_ <= shown_max_; }
  /// `2 payload, 1 cause`.
  std::string by_check() const;

 private:
  void write_text(const finding_place& where, const finding& found);
  void write_json(const finding_place& where, const finding& found);

  surroundings& around_;
  bool json_;
  std::uint64_t shown_max_;
  std::uint64_t count_ = 0;
  std::array<std::uint64_t, check_count> counts_{};
};

}  // namespace messagebus::tool
