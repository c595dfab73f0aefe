#pragma once

#include <messagebus/domain/message.hpp>
#include <messagebus/domain/timestamp.hpp>
#include <messagebus/domain/uuid.hpp>
#include <optional>

namespace messagebus {

/// What is known of one message beside its content (M2, M6). Set by the bus.
struct message_header {
  uuid message_id;
  timestamp created_at;
  /// The id of the command that started the chain, or one that came from outside.
  uuid correlation_id;
  /// The id of the message whose handler raised this one; none for the first of a chain.
  std::optional<uuid> causation_id;
};

/// A message with its header. A handler that wants to see the header takes `const envelope<M>&` in
/// place of `const M&`; who hands in a message that has an id already hands in an envelope.
template <message M>
struct envelope {
  message_header header;
  M content;

  /// Two messages are equal when type and content are: id and time do not count (M3).
  friend bool operator==(const envelope& left, const envelope& right)
    requires std::equality_comparable<M>
  {
    return left.content == right.content;
  }
};

}  // namespace messagebus
