#pragma once

#include <string_view>

namespace messagebus::memory {

/// Port: hears of every access to a table before it happens, and may throw in its place. How tests
/// let a repository fail where its database would (the simulator of `messagebus::testing` does).
class table_observer {
 public:
  table_observer() = default;
  table_observer(const table_observer&) = delete;
  table_observer& operator=(const table_observer&) = delete;
  virtual ~table_observer() = default;

  /// `operation` is `find in`, `insert into`, `put into`, `erase from` or `walk`.
  virtual void before(std::string_view operation, std::string_view table) = 0;
};

}  // namespace messagebus::memory
