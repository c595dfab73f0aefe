#include "progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "bars.hpp"

namespace messagebus::tool {
namespace {

constexpr std::chrono::milliseconds before_first{500};
constexpr std::chrono::milliseconds between{100};
constexpr std::size_t bar_columns_max = 24;
// What stands beside the bar: share and count.
constexpr std::size_t other_columns = 24;

}  // namespace

progress::progress(surroundings& around, std::string label, std::uint64_t total, unit counted)
    : around_(around),
      label_(std::move(label)),
      total_(total),
      counted_(counted),
      next_(std::chrono::steady_clock::now() + before_first) {}

progress::~progress() {
  try {
    hide();
  } catch (const std::exception&) {
    return;  // the terminal has gone, and the bar with it
  }
}

void progress::show(std::uint64_t done) {
  if (!around_.err_screen.is_terminal) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + between;
  draw(done);
}

void progress::show_label() {
  if (!around_.err_screen.is_terminal) return;
  write(label_ + " …", label_.size() + 2);
}

void progress::hide() {
  if (drawn_columns_ == 0) return;
  write("", 0);
  around_.err.write("\r");
  around_.err.flush();
}

void progress::draw(std::uint64_t done) {
  std::string line = label_ + " ";
  std::size_t columns = line.size();
  if (total_ > 0) {
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
    // A line that is longer than the screen would stay there, each time it is drawn.
    const auto taken = label_.size() + other_columns;
    const auto left = around_.err_screen.columns - std::min(around_.err_screen.columns, taken);
    palette colors(around_.err_screen.has_colors);
    const auto bar_columns = std::min(left, bar_columns_max);
    colors.paint(line, role::bar, bar(share, bar_columns));
    const auto percent = fmt::format(" {:3.0f} % ", share * 100);
    line += percent;
    columns += bar_columns + percent.size();
  }
  const auto count = counted_ == unit::bytes ? short_bytes(done) : grouped(done);
  if (columns + count.size() <= around_.err_screen.columns) {
    line += count;
    columns += count.size();
  }
  write(line, columns);
}

// Over what was drawn before. What is left of it is covered with spaces: where no colours are
// wanted, no other escape is either.
void progress::write(const std::string& line, std::size_t columns) {
  around_.err.write("\r" + line);
  if (drawn_columns_ > columns) around_.err.write(std::string(drawn_columns_ - columns, ' '));
  around_.err.flush();
  drawn_columns_ = columns;
}

}  // namespace messagebus::tool
