#pragma once

#include <messagebus/ports/message_store.hpp>

#include "message_batch.hpp"

namespace messagebus::postgresql::detail {

/// Messages wait here until the transaction commits.
class gathered_messages final : public message_store {
 public:
  void add(const recorded_message& message) override { batch.add(message); }

  message_batch batch;
};

}  // namespace messagebus::postgresql::detail
