#pragma once

#include <gtest/gtest.h>

#include <map>
#include <messagebus/domain/uuid.hpp>
#include <messagebus/ports/message_log.hpp>
#include <vector>

namespace messagebus::testing {

/// True when positions grow, no id is there twice, and no message stands before its cause (E5, E6).
/// Blocking.
::testing::AssertionResult is_in_order(message_log& log);

/// True when a reader that saw these messages, in this order, missed nothing that is in the log up
/// to the last of them and saw nothing twice (E5). Blocking.
::testing::AssertionResult has_seen_all(const std::vector<uuid>& seen, message_log& log);

/// What the sender of a message was told about it.
enum class told {
  /// The sender's process went down before it heard anything.
  nothing,
  kept,
  /// An error that says that nothing was kept.
  failed,
  /// `commit_outcome_unknown_error`
  unknown,
};

/// What was told about each message, to be held against the log: every commit that was reported is
/// there, once; none that failed is; the others may be (T5, T9).
class client_ledger {
 public:
  void hears(uuid message_id, told what) { heard_[message_id] = what; }

  told heard_of(uuid message_id) const;
  /// Nobody knows yet: the log has to be asked.
  bool is_unsettled(uuid message_id) const;
  bool has_unsettled() const;

  /// Blocking.
  ::testing::AssertionResult agrees_with(message_log& log) const;

 private:
  std::map<uuid, told> heard_;
};

}  // namespace messagebus::testing
