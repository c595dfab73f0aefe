#include "progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "bars.hpp"

namespace messagebus::tool {
namespace {

constexpr std::chrono::milliseconds before_first{500};
constexpr std::chrono::milliseconds between{100};
constexpr std::size_t bar_columns = 24;

}  // namespace

progress::progress(surroundings& around, std::string label, std::uint64_t total)
    : around_(around),
      label_(std::move(label)),
      total_(total),
      next_(std::chrono::steady_clock::now() + before_first) {}

progress::~progress() {
  if (!is_drawn_) return;
  try {
    around_.err.write("\r\x1b[K");
    around_.err.flush();
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

void progress::draw(std::uint64_t done) {
  is_drawn_ = true;
  std::string line = "\r" + label_ + " ";
  if (total_ > 0) {
    const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
    palette colors(around_.err_screen.has_colors);
    colors.paint(line, role::bar, bar(share, bar_columns));
    line += fmt::format(" {:3.0f} % ", share * 100);
  }
  line += grouped(done);
  around_.err.write(line + "\x1b[K");
  around_.err.flush();
}

}  // namespace messagebus::tool
