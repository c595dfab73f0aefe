#pragma once

#include <cstddef>
#include <messagebus/domain/message_type.hpp>
#include <messagebus/service/handler_entry.hpp>
#include <span>
#include <string>
#include <vector>

namespace messagebus::detail {

/// `the command register_book v1`.
std::string describe(const message_type& type);

/// All handlers of a bus, found by the index of the message type.
class handler_table {
 public:
  std::span<const handler_entry> handlers_of(const message_type& type) const noexcept {
    const std::size_t index = type.index.load(std::memory_order_relaxed);
    return index < looked_up_.size() ? looked_up_[index] : std::span<const handler_entry>();
  }

  /// Errors: `configuration_error` when a command has a handler already (B1).
  handler_id add(handler_entry added);

  /// Removes the registration, or the first one of the function; false when there is none.
  bool remove(handler_id id);
  bool remove(const void* function);

 private:
  template <class Predicate>
  bool remove_if(const Predicate& matches);
  void renew_look_up();

  std::vector<std::vector<handler_entry>> by_type_;
  std::vector<std::span<const handler_entry>> looked_up_;  // the same, one step nearer
  std::size_t last_id_ = 0;
};

}  // namespace messagebus::detail
