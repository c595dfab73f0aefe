#include <messagebus/service/dependencies.hpp>
#include <string>

namespace messagebus::detail {

void* dependency_scope::find(const void* key) {
  for (const present& known : present_) {
    if (known.key == key) return known.interface;
  }
  for (const transient_dependency& transient : transients_) {
    if (transient.key != key) continue;
    transaction_.take_part(transient.borrow(transient.lent));
    present_.push_back({key, transient.interface});
    return transient.interface;
  }
  for (const dependency_provider& provider : providers_) {
    if (provider.key != key) continue;
    void* interface = nullptr;
    auto made = provider.make(interface);
    if (interface == nullptr) return nullptr;
    transaction_.take_part(std::move(made));
    present_.push_back({key, interface});
    return interface;
  }
  return nullptr;
}

void dependency_scope::refuse(const message_type& handled, std::string_view dependency) {
  has_refused_ = true;
  throw missing_dependency_error(
      "a handler of " + std::string(handled.name) + " v" + std::to_string(handled.schema_version) +
      " requires the dependency " + std::string(dependency) +
      ", which was not given: let the bus provide it, or hand it to this "
      "call of handle");
}

}  // namespace messagebus::detail
