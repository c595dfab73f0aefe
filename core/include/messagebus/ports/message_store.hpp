#pragma once

#include <messagebus/domain/recorded_message.hpp>

namespace messagebus {

/// Where handled messages go: the local event store as the bus sees it, write-only (E2). To write a
/// store of your own, this one operation is enough (E1).
///
/// `add` is called once for each handled message, in the order of handling (B5), before the
/// transaction commits; when it throws, the transaction cannot commit. The message is lent: copy
/// what you keep. Thread safety: a store that serves one transaction is called by one thread at a
/// time.
class message_store {
 public:
  message_store() = default;
  message_store(const message_store&) = default;
  message_store& operator=(const message_store&) = default;
  virtual ~message_store() = default;

  virtual void add(const recorded_message& message) = 0;
};

/// Drops everything: the default of a unit of work that keeps no log (E3).
class sinkhole_store final : public message_store {
 public:
  void add(const recorded_message& /*message*/) override {}

  static sinkhole_store& instance() noexcept {
    static sinkhole_store sinkhole;
    return sinkhole;
  }
};

}  // namespace messagebus
