#include <messagebus/service/handler_modules.hpp>

namespace messagebus::detail {

std::string nothing_in_module(std::string_view module) {
  return "no handler is registered in the module \"" + std::string(module) +
         "\": check its name; if its files are in a static library, the linker has dropped them "
         "(add them by the CMake function messagebus_add_handlers)";
}

}  // namespace messagebus::detail
