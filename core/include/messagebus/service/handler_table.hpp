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

/// The handlers of one type of messages.
struct handlers_of_type {
  std::span<const handler_entry> all;
  /// The short way to the only one, when there is one and it has such a way.
  handler_entry::call_function only = nullptr;
};

/// All handlers of a bus, found by the index of the message type.
class handler_table {
 public:
  const handlers_of_type& handlers_of(const message_type& type) const noexcept {
    const std::size_t index = type.index.load(std::memory_order_relaxed);
    // At the index of the types that no bus knows stand no handlers.
    return looked_up_[index < looked_up_.size() ? index : 0];
  }

  /// Errors: `configuration_error` when a command has a handler already (B1), and when another type
  /// has the name and version of this one (M1).
  handler_id add(handler_entry added);

  /// Removes the registration, or the first one of the function; false when there is none.
  bool remove(handler_id id);
  bool remove(const void* function);
  bool has(const message_type& type, const void* function) const;

 private:
  template <class Predicate>
  bool remove_if(const Predicate& matches);
  void refuse_second_type(const message_type& added) const;
  void renew_look_up();

  std::vector<std::vector<handler_entry>> by_type_;
  std::vector<handlers_of_type> looked_up_{1};  // the same, one step nearer
  std::size_t last_id_ = 0;
};

}  // namespace messagebus::detail
