#include <algorithm>
#include <messagebus/domain/error.hpp>
#include <messagebus/service/handler_modules.hpp>
#include <messagebus/service/registrations.hpp>
#include <string>
#include <tuple>
#include <utility>

namespace messagebus::detail {

registrations::registrations() = default;
registrations::~registrations() = default;

void registrations::require_registering() const {
  if (!serves_.load(std::memory_order_relaxed)) return;
  throw configuration_error(
      "this bus has handled a message already, and registration ends before serving starts: "
      "register and remove handlers and dependencies first");
}

handler_id registrations::add(handler_entry handler) {
  require_registering();
  return handlers_.add(std::move(handler));
}

namespace {

void require_removed(bool was_there) {
  if (was_there) return;
  throw configuration_error(
      "the handler to be removed is not registered with this bus: remove by what on() returned, or "
      "by the function, once for each registration");
}

}  // namespace

void registrations::remove(handler_id id) {
  require_registering();
  require_removed(handlers_.remove(id));
}

void registrations::remove(const void* function) {
  require_registering();
  require_removed(handlers_.remove(function));
}

void registrations::provide(dependency_provider provider) {
  require_registering();
  for (const dependency_provider& known : providers_) {
    if (known.key != provider.key) continue;
    throw configuration_error("the bus has a provider of " + std::string(known.name) +
                              " already: provide each dependency once");
  }
  providers_.push_back(std::move(provider));
}

namespace {

std::string nothing_in_module(std::string_view module) {
  return "no handler is registered in the module \"" + std::string(module) +
         "\": check its name; if its files are in a static library, the linker has dropped them "
         "(add them by the CMake function messagebus_add_handlers)";
}

/// False when the module has none.
bool find_in_module(std::string_view module, const void* ports,
                    std::vector<module_handler>& found) {
  const std::vector<module_handler> announced = handlers_in_module(module, ports);
  for (const module_handler& candidate : announced) {
    // Modules may overlap, and a header may announce a handler in many files.
    const bool is_known = std::any_of(found.begin(), found.end(), [&](const auto& earlier) {
      return earlier.handler.function == candidate.handler.function;
    });
    if (!is_known) found.push_back(candidate);
  }
  return !announced.empty();
}

}  // namespace

void registrations::scan(std::initializer_list<std::string_view> modules, const void* ports) {
  require_registering();
  std::string problems;
  std::vector<module_handler> found;
  for (const std::string_view module : modules) {
    if (find_in_module(module, ports, found)) continue;
    problems += "\n  " + nothing_in_module(module);
  }
  // Not the order in which they were announced, which across files is the linker's whim.
  std::sort(found.begin(), found.end(), [](const auto& left, const auto& right) {
    return std::tie(left.module, left.file, left.line) <
           std::tie(right.module, right.file, right.line);
  });
  std::vector<handler_id> added;
  for (const module_handler& announced : found) {
    if (announced.handler.type->kind == message_kind::event &&
        handlers_.has(*announced.handler.type, announced.handler.function)) {
      problems += "\n  " + std::string(announced.module) + ": a listener of " +
                  describe(*announced.handler.type) +
                  " is registered already, and would hear everything twice: scan each module once";
      continue;
    }
    try {
      added.push_back(handlers_.add(announced.handler));
    } catch (const configuration_error& error) {
      problems += "\n  " + std::string(announced.module) + ": " + error.what();
    }
  }
  if (problems.empty()) return;
  for (const handler_id id : added) handlers_.remove(id);
  throw configuration_error("scan found problems:" + problems);
}

}  // namespace messagebus::detail
