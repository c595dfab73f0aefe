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

constexpr std::string_view clear_line = "\r\x1b[K";

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
  is_drawn_ = true;
  around_.err.write("\r" + label_ + " …\x1b[K");
  around_.err.flush();
}

void progress::hide() {
  if (!is_drawn_) return;
  is_drawn_ = false;
  around_.err.write(clear_line);
  around_.err.flush();
}

void progress::draw(std::uint64_t done) {
  is_drawn_ = true;
  std::string line = "\r" + label_ + " ";
  if (total_ > 0) {
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
    // A line that is longer than the screen would stay there, each time it is drawn.
    const auto taken = label_.size() + other_columns;
    const auto left = around_.err_screen.columns - std::min(around_.err_screen.columns, taken);
    palette colors(around_.err_screen.has_colors);
    colors.paint(line, role::bar, bar(share, std::min(left, bar_columns_max)));
    line += fmt::format(" {:3.0f} % ", share * 100);
  }
  line += counted_ == unit::bytes ? short_bytes(done) : grouped(done);
  around_.err.write(line + "\x1b[K");
  around_.err.flush();
}

}  // namespace messagebus::tool
