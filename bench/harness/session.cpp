#include "session.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace messagebus::bench {
namespace {

constexpr std::size_t quick_divisor = 100;

double median(std::vector<double> figures) {
  std::ranges::sort(figures);
  const auto middle = figures.size() / 2;
  return figures.size() % 2 == 1 ? figures[middle] : (figures[middle - 1] + figures[middle]) / 2;
}

std::string readable(double figure) {
  return figure >= 100 ? fmt::format("{:.0f}", figure) : fmt::format("{:.2f}", figure);
}

[[noreturn]] void wrong_argument(std::string_view program, std::string_view argument) {
  fmt::print(stderr,
             "{0}: does not know '{1}'\n"
             "usage: {0} [--filter PART_OF_NAME] [--rows FILE] [--quick] [--list]\n",
             program, argument);
  std::exit(2);  // NOLINT(concurrency-mt-unsafe): no other thread yet
}

}  // namespace

session::session(std::string program, int argc, char** argv) : program_{std::move(program)} {
  const std::span arguments{argv, static_cast<std::size_t>(argc)};
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    const bool has_value = i + 1 < arguments.size();
    if (argument == "--filter" && has_value) {
      filter_ = arguments[++i];
    } else if (argument == "--rows" && has_value) {
      rows_file_ = arguments[++i];
    } else if (argument == "--quick") {
      quick_ = true;
    } else if (argument == "--list") {
      only_list_ = true;
    } else {
      wrong_argument(program_, argument);
    }
  }
}

std::string session::full_name(std::string_view name) const {
  return fmt::format("{}/{}", program_, name);
}

bool session::wants(std::string_view name) const {
  return full_name(name).find(filter_) != std::string::npos;
}

void session::compare(const work& work, side ours, side limit) {
  if (!wants(work.name)) {
    return;
  }
  if (only_list_) {
    fmt::print("{}\n", full_name(work.name));
    return;
  }
  const auto operations =
      quick_ ? std::max<std::size_t>(1, work.operations / quick_divisor) : work.operations;
  const int rounds = quick_ ? 1 : work.runs;
  std::vector<double> ours_figures;
  std::vector<double> limit_figures;
  for (int round = quick_ ? 1 : 0; round <= rounds; ++round) {
    const bool ours_first = round % 2 == 0;
    double limit_figure = ours_first ? 0 : limit.measure(work.unit, operations);
    const double ours_figure = ours.measure(work.unit, operations);
    limit_figure = ours_first ? limit.measure(work.unit, operations) : limit_figure;
    if (round > 0) {
      ours_figures.push_back(ours_figure);
      limit_figures.push_back(limit_figure);
    }
  }
  add_row(work, median(std::move(ours_figures)), median(std::move(limit_figures)));
}

void session::add_row(const work& work, double ours, double limit) const {
  const auto name = full_name(work.name);
  const auto ratio = speed_ratio(work.unit, ours, limit);
  const auto unit = name_of(work.unit);
  fmt::print("{:<56} {:>12} {:>12} {:>7.3f}  {}\n", name, readable(ours), readable(limit), ratio,
             unit);
  std::fflush(stdout);
  if (!rows_file_.empty()) {
    std::ofstream rows{rows_file_, std::ios::app};
    rows << fmt::format(R"({{"name": "{}", "ours": {:.6g}, "limit": {:.6g}, )", name, ours, limit)
         << fmt::format(R"("ratio": {:.4f}, "unit": "{}"}})", ratio, unit) << '\n';
    if (!rows.flush()) {
      throw std::runtime_error{fmt::format("cannot write rows to '{}'", rows_file_)};
    }
  }
}

}  // namespace messagebus::bench
