#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace messagebus::tool {

/// How `--help` looks: what an option takes and what it does, in lines of 80 columns.
class help_layout final : public CLI::Formatter {
 public:
  help_layout();

  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_option_desc(const CLI::Option* option) const override;
};

}  // namespace messagebus::tool
