#pragma once

#include <messagebus/domain/clock.hpp>
#include <messagebus/ports/log_query.hpp>

namespace CLI {  // NOLINT(readability-identifier-naming): theirs
class App;
}

namespace messagebus::tool {

/// The filters of the reader, as options of a command.
class query_options {
 public:
  /// Adds them to `command`. Lifetime: this outlives the parsing.
  void add_to(CLI::App& command, clock& clock = system_clock::instance());

  /// Errors: `usage_error` where the filters leave no room for any message.
  const log_query& query() const;

 private:
  void add_positions(CLI::App& command);
  void add_instants(CLI::App& command, clock& clock);
  void add_kinds(CLI::App& command);

  log_query query_;
};

}  // namespace messagebus::tool
