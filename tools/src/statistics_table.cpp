#include "statistics_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "bars.hpp"
#include "shown_text.hpp"
#include "shown_time.hpp"

namespace messagebus::tool {
namespace {

constexpr std::size_t gap_columns = 2;
constexpr std::size_t bar_columns_min = 8;
constexpr std::size_t bar_columns_max = 40;
constexpr std::size_t name_columns_min = 12;
constexpr std::size_t name_columns_max = 60;

struct table_column {
  std::string heading;
  bool is_right = false;
  std::vector<std::string> cells = {};
  std::size_t columns = columns_of(heading);
  bool is_shown = true;

  void add(std::string cell) {
    columns = std::max(columns, columns_of(cell));
    cells.push_back(std::move(cell));
  }
};

std::string instant_text(timestamp instant) {
  if (!has_year(instant)) return date_of(instant);
  return date_of(instant) + " " + time_of_day(instant).substr(0, 8);
}

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// The beginning of a text, with an ellipsis when it is cut.
std::string shortened(std::string text, std::size_t columns) {
  if (columns_of(text) <= columns) return text;
  while (!text.empty() && columns_of(text) + 1 > columns) {
    while (continues_character(text.back())) text.pop_back();
    text.pop_back();
  }
  return text + "…";
}

class table {
 public:
  table(const statistics& counted, const std::vector<statistics::row>& rows,
        std::size_t columns_max)
      : rows_(rows) {
    for (const auto& row : rows) {
      add_name(row);
      add_totals(row.totals);
    }
    name_.add("total");
    add_totals(counted.all());
    fit(columns_max);
  }

  void append(std::string& out, const palette& colors) const {
    append_heading(out, colors);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const auto paint = rows_[i].type.kind == message_kind::command ? role::command : role::event;
      const double share = static_cast<double>(rows_[i].totals.count) / static_cast<double>(most_);
      append_line(out, i, paint, bar_columns_ > 0 ? bar(share, bar_columns_) : "", colors);
    }
    if (rows_.size() != 1) append_line(out, rows_.size(), role::heading, "", colors);
  }

 private:
  void add_name(const statistics::row& row) {
    auto cell = shown(row.type.name) + " v" + std::to_string(row.type.schema_version);
    if (row.totals.published > 0) cell += " ↗";
    name_.add(std::move(cell));
    most_ = std::max(most_, row.totals.count);
  }

  void add_totals(const message_totals& totals) {
    count_.add(grouped(totals.count));
    bytes_.add(short_bytes(totals.bytes));
    const auto rate = totals.rate_per_second();
    rate_.add(rate ? short_rate(*rate) : "—");
    first_.add(totals.count > 0 ? instant_text(totals.first) : "—");
    last_.add(totals.count > 0 ? instant_text(totals.last) : "—");
  }

  // Takes columns in the order of their worth while they fit; the bar has what is left.
  void fit(std::size_t columns_max) {
    const auto count_columns = gap_columns + count_.columns;
    const auto for_name = columns_max - std::min(columns_max, count_columns);
    name_columns_ =
        std::min({std::max(name_columns_min, for_name), name_.columns, name_columns_max});
    auto taken = name_columns_ + count_columns;
    const auto room_for = [&](std::size_t more) { return taken + more <= columns_max; };
    if (room_for(gap_columns + bar_columns_min)) bar_columns_ = bar_columns_min;
    taken += bar_columns_ > 0 ? gap_columns + bar_columns_ : 0;
    for (auto* const optional : {&last_, &rate_, &bytes_, &first_}) {
      const auto more = gap_columns + optional->columns;
      optional->is_shown = room_for(more);
      if (optional->is_shown) taken += more;
    }
    if (bar_columns_ == 0) return;
    bar_columns_ = std::min(bar_columns_max, bar_columns_ + columns_max - taken);
  }

  std::array<const table_column*, 4> behind_the_bar() const {
    return {&bytes_, &rate_, &first_, &last_};
  }

  void append_heading(std::string& out, const palette& colors) const {
    std::string line(name_columns_, ' ');
    append_cell(line, count_.heading, count_);
    if (bar_columns_ > 0) line.append(gap_columns + bar_columns_, ' ');
    for (const auto* column : behind_the_bar()) append_cell(line, column->heading, *column);
    colors.paint(out, role::heading, line.substr(0, line.find_last_not_of(' ') + 1));
    out += '\n';
  }

  void append_line(std::string& out, std::size_t index, role paint, const std::string& drawn,
                   const palette& colors) const {
    const auto name = shortened(name_.cells[index], name_columns_);
    colors.paint(out, paint, name);
    out.append(name_columns_ - std::min(name_columns_, columns_of(name)), ' ');
    append_cell(out, count_.cells[index], count_);
    if (bar_columns_ > 0) {
      out.append(gap_columns, ' ');
      colors.paint(out, role::bar, drawn);
      out.append(bar_columns_ - columns_of(drawn), ' ');
    }
    for (const auto* column : behind_the_bar()) append_cell(out, column->cells[index], *column);
    while (out.back() == ' ') out.pop_back();
    out += '\n';
  }

  static void append_cell(std::string& out, const std::string& text, const table_column& column) {
    if (!column.is_shown) return;
    const auto spaces = column.columns - columns_of(text);
    out.append(gap_columns + (column.is_right ? spaces : 0), ' ');
    out += text;
    if (!column.is_right) out.append(spaces, ' ');
  }

  const std::vector<statistics::row>& rows_;
  table_column name_{.heading = ""};
  table_column count_{.heading = "count", .is_right = true};
  table_column bytes_{.heading = "bytes", .is_right = true};
  table_column rate_{.heading = "rate", .is_right = true};
  table_column first_{.heading = "first (UTC)"};
  table_column last_{.heading = "last (UTC)"};
  std::size_t name_columns_ = 0;
  std::size_t bar_columns_ = 0;
  std::uint64_t most_ = 1;
};

}  // namespace

void append_table(std::string& out, const statistics& counted,
                  const std::vector<statistics::row>& rows, std::size_t columns,
                  const palette& colors) {
  table(counted, rows, columns).append(out, colors);
}

}  // namespace messagebus::tool
