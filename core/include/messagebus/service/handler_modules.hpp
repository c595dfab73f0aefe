#pragma once

#include <messagebus/service/handler_entry.hpp>
#include <string_view>
#include <vector>

namespace messagebus::detail {

/// A handler that was registered where it is written, waiting for a bus to scan its module.
struct module_handler {
  std::string_view module;
  std::string_view file;
  int line;
  handler_entry handler;
};

/// Thread safety of both: many threads at once, since a plug-in may be loaded while another scans.
void announce(module_handler handler);
/// What was announced until now in this module, and below it, for a bus of these ports.
std::vector<module_handler> handlers_in_module(std::string_view module, const void* ports);

template <auto Function>
bool announce_handler(std::string_view module, std::string_view file, int line) {
  announce({module, file, line, entry_of_function<Function>()});
  return true;
}

}  // namespace messagebus::detail

#define MESSAGEBUS_DETAIL_JOIN_AGAIN(left, right) left##right
#define MESSAGEBUS_DETAIL_JOIN(left, right) MESSAGEBUS_DETAIL_JOIN_AGAIN(left, right)

/// Registers a handler where it is written (B9): `MESSAGEBUS_HANDLER("reading_club.handlers",
/// on_register_book);` at namespace scope, after the function. A bus finds it by
/// `bus.scan("reading_club.handlers")`. In a static library, nobody names the object file of such a
/// handler and the linker drops it: add it by the CMake function `messagebus_add_handlers`. A
/// plug-in announces its handlers while it is loaded, to scans that begin later; it may not be
/// unloaded.
#define MESSAGEBUS_HANDLER(module, function)                                                    \
  [[maybe_unused]] static const bool MESSAGEBUS_DETAIL_JOIN(messagebus_handler_, __COUNTER__) = \
      ::messagebus::detail::announce_handler<&(function)>(module, __FILE__, __LINE__)
