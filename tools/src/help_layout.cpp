#include "help_layout.hpp"

#include <string_view>

namespace messagebus::tool {
namespace {

constexpr std::size_t left_columns = 26;
constexpr std::size_t right_columns = 80 - left_columns;

std::string wrapped(std::string_view text) {
  std::string lines;
  while (text.size() > right_columns) {
    auto end = text.substr(0, right_columns + 1).rfind(' ');
    if (end == std::string_view::npos) end = right_columns;
    lines += text.substr(0, end);
    lines += '\n';
    text.remove_prefix(end + 1);
  }
  lines += text;
  return lines;
}

}  // namespace

help_layout::help_layout() {
  column_width(left_columns);
  label("SUBCOMMAND", "COMMAND");
  label("Subcommands", "Commands");
}

std::string help_layout::make_option_opts(const CLI::Option* option) const {
  // The name of what it takes, without the checks that CLI11 appends to it.
  const auto type = option->get_type_name();
  const auto name = type.substr(0, type.find(':'));
  return name.empty() ? std::string{} : " " + name;
}

std::string help_layout::make_option_desc(const CLI::Option* option) const {
  return wrapped(option->get_description());
}

}  // namespace messagebus::tool
