#pragma once

#include <atomic>
#include <initializer_list>
#include <messagebus/service/dependencies.hpp>
#include <messagebus/service/handler_table.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace messagebus::detail {

/// What a bus is told while the program starts: its handlers, and how to make dependencies. All of
/// it is a `configuration_error` once the bus serves (B10).
class registrations {
 public:
  registrations();
  registrations(const registrations&) = delete;
  registrations& operator=(const registrations&) = delete;
  ~registrations();

  handler_id add(handler_entry handler);
  void remove(handler_id id);
  void remove(const void* function);
  void provide(dependency_provider provider);
  /// Adds the handlers for `ports` that were announced in these modules and below them (B9).
  void scan(std::initializer_list<std::string_view> modules, const void* ports);

  /// Ends registration.
  void serve() noexcept {
    if (!serves_.load(std::memory_order_relaxed)) serves_.store(true, std::memory_order_relaxed);
  }

  const handler_table& handlers() const noexcept { return handlers_; }
  std::span<const dependency_provider> providers() const noexcept { return providers_; }

 private:
  void require_registering() const;

  handler_table handlers_;
  std::vector<dependency_provider> providers_;
  std::atomic<bool> serves_{false};
};

}  // namespace messagebus::detail
