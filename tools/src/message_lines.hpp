#pragma once

#include <chrono>
#include <cstddef>
#include <messagebus/ports/message_log.hpp>
#include <optional>
#include <span>
#include <string>

#include "cause_positions.hpp"
#include "palette.hpp"

namespace messagebus::tool {

/// `0198c0de…f3a2`: the beginning of an id, which tells its time, and its end, which tells it from
/// the others of that time.
std::string short_id(uuid id);

/// Appends `book_registered v1 ↗`, the arrow for what is published.
void append_type(std::string& out, const recorded_message& message, const palette& colors);

/// The columns that `append_type` takes.
std::size_t type_columns_of(const recorded_message& message);

/// Appends spaces behind a text of `taken` columns up to `columns`, two where it reaches beyond.
void append_spaces(std::string& out, std::size_t taken, std::size_t columns);

/// Draws messages one a line, with a line before the first of each day.
class message_lines {
 public:
  struct layout {
    /// Columns for positions.
    std::size_t position_columns = 4;
    /// Whether the payload follows on a line of its own.
    bool with_payload = false;
  };

  /// Lifetime: the log outlives this.
  message_lines(message_log& log, const palette& colors, layout with)
      : causes_(log), colors_(colors), layout_(with) {}

  void append(std::string& out, std::span<const recorded_message> messages);

 private:
  void append_day(std::string& out, timestamp instant);
  void append_line(std::string& out, const recorded_message& message);
  void append_cause(std::string& out, const recorded_message& message);

  // What is longer reaches into the next column, and moves nobody else's.
  static constexpr std::size_t type_columns_max = 40;

  cause_positions causes_;
  palette colors_;
  layout layout_;
  // Grows from page to page, and never shrinks: columns that jump are hard to read.
  std::size_t type_columns_ = 22;
  std::optional<std::chrono::sys_days> day_;
};

}  // namespace messagebus::tool
