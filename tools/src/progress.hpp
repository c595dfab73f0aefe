#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "command_line.hpp"

namespace messagebus::tool {

/// A bar on standard error that tells how far long work has come; nothing where standard error is
/// no terminal, and nothing for work of less than half a second.
class progress {
 public:
  enum class unit { messages, bytes };

  /// `total` of 0: unknown, and only the count is shown. Lifetime: surroundings outlive this.
  progress(surroundings& around, std::string label, std::uint64_t total,
           unit counted = unit::messages);
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;
  /// Takes the bar away.
  ~progress();

  void show(std::uint64_t done);
  /// Draws the label alone, at once: for work that cannot tell how far it has come.
  void show_label();
  /// Takes the bar away until it is shown again, so that something else can be written.
  void hide();

 private:
  void draw(std::uint64_t done);
  void write(const std::string& line, std::size_t columns);

  surroundings& around_;
  std::string label_;
  std::uint64_t total_;
  unit counted_;
  std::chrono::steady_clock::time_point next_;
  std::size_t drawn_columns_ = 0;
};

}  // namespace messagebus::tool
