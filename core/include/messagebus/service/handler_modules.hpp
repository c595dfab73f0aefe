#pragma once

#include <messagebus/service/handler_traits.hpp>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace messagebus {

template <class Ports, auto Handlers>
class bus;

namespace detail {

/// A handler that was registered where it is written, waiting for a bus to scan its module.
template <class Bus>
struct module_handler {
  std::string_view module;
  std::string_view file;
  int line;
  void (*add)(Bus& bus);

  friend bool operator<(const module_handler& left, const module_handler& right) noexcept {
    return std::tie(left.module, left.file, left.line) <
           std::tie(right.module, right.file, right.line);
  }
};

template <class Bus>
std::vector<module_handler<Bus>>& module_handlers() {
  static std::vector<module_handler<Bus>> all;
  return all;
}

/// True for the module itself and for those below it: `club.handlers` holds `club.handlers.books`.
inline bool is_in_module(std::string_view module, std::string_view scanned) noexcept {
  return module.starts_with(scanned) &&
         (module.size() == scanned.size() || module[scanned.size()] == '.');
}

std::string nothing_in_module(std::string_view module);

}  // namespace detail

}  // namespace messagebus

#define MESSAGEBUS_DETAIL_JOIN_AGAIN(left, right) left##right
#define MESSAGEBUS_DETAIL_JOIN(left, right) MESSAGEBUS_DETAIL_JOIN_AGAIN(left, right)

/// Registers a handler where it is written (B9): `MESSAGEBUS_HANDLER("reading_club.handlers",
/// on_register_book);` at namespace scope, after the function. A bus finds it by
/// `bus.scan("reading_club.handlers")`. In a static library, nobody names the object file of such a
/// handler and the linker drops it: add it by the CMake function `messagebus_add_handlers`.
#define MESSAGEBUS_HANDLER(module, function)                                                    \
  [[maybe_unused]] static const bool MESSAGEBUS_DETAIL_JOIN(messagebus_handler_, __COUNTER__) = \
      ::messagebus::detail::announce_handler<&(function)>(module, __FILE__, __LINE__)
