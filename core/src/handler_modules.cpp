#include <messagebus/service/handler_modules.hpp>
#include <mutex>
#include <utility>

namespace messagebus::detail {
namespace {

struct announced_handlers {
  std::mutex mutex;
  std::vector<module_handler> all;  // under the mutex
};

// Made by whoever announces first, since globals of other files come in any order.
announced_handlers& announced() {
  static announced_handlers handlers;
  return handlers;
}

/// True for the module itself and for those below it: `club.handlers` holds `club.handlers.books`.
bool is_in_module(std::string_view module, std::string_view scanned) noexcept {
  return module.starts_with(scanned) &&
         (module.size() == scanned.size() || module[scanned.size()] == '.');
}

}  // namespace

void announce(module_handler handler) {
  const std::lock_guard lock(announced().mutex);
  announced().all.push_back(std::move(handler));
}

std::vector<module_handler> handlers_in_module(std::string_view module, const void* ports) {
  const std::lock_guard lock(announced().mutex);
  std::vector<module_handler> found;
  for (const module_handler& candidate : announced().all) {
    if (candidate.handler.ports == ports && is_in_module(candidate.module, module)) {
      found.push_back(candidate);
    }
  }
  return found;
}

}  // namespace messagebus::detail
