#pragma once

#include <string>
#include <string_view>

#include "side.hpp"
#include "work.hpp"

namespace messagebus::bench {

/// The run of one benchmark program: reads its arguments, measures, prints rows of the table.
class session {
 public:
  /// `program` stands before each row's name: "codec" makes "codec/encode 122 B".
  session(std::string program, int argc, char** argv);

  /// False when the row was not asked for, so that a costly set-up can be left out.
  bool wants(std::string_view name) const;

  /// True when it is only tried whether the program works: a set-up may be small then.
  bool is_quick() const noexcept { return quick_ || only_list_; }

  /// Measures both sides in turns, ours first in one round and second in the next, and prints the
  /// medians. A round before that warms up and does not count.
  void compare(const work& work, side ours, side limit);

 private:
  std::string full_name(std::string_view name) const;
  void add_row(const work& work, double ours, double limit) const;

  std::string program_;
  std::string filter_;
  std::string rows_file_;
  bool only_list_ = false;
  bool quick_ = false;
};

}  // namespace messagebus::bench
