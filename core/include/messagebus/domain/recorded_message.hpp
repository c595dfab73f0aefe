#pragma once

#include <messagebus/codec/json.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/domain/message.hpp>
#include <messagebus/domain/position.hpp>
#include <messagebus/domain/timestamp.hpp>
#include <messagebus/domain/uuid.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace messagebus {

/// A message as the log keeps it (E4).
struct recorded_message {
  /// Where it stands in the log; zero until the log has given it a place.
  messagebus::position position;
  uuid message_id;
  timestamp created_at;
  message_kind kind = message_kind::event;
  std::string name;
  int schema_version = 1;
  bool published = false;
  uuid correlation_id;
  std::optional<uuid> causation_id;
  /// The fields that the application added to the schema, as a JSON object.
  std::string metadata = "{}";
  /// The content as a JSON object, fields in the order of their declaration.
  std::string payload;

  bool operator==(const recorded_message&) const = default;

  template <message M>
  bool is() const noexcept {
    return name == M::schema.name && schema_version == M::schema.schema_version;
  }

  /// The content, decoded. Errors: `usage_error` when this is a message of another type or version,
  /// `decode_error` when the payload does not fit the type or goes beyond the limits: those of a
  /// log whose `payload_bytes_max` was raised are raised likewise.
  template <message M>
  M as(const codec::decode_limits& limits = {}) const {
    require<M>();
    return codec::decode<M>(payload, limits);
  }

  /// The same into a message that is there, whose memory is used again: for who reads many.
  /// After a `decode_error` `into` is valid, with unspecified content.
  template <message M>
  void decode_into(M& into, const codec::decode_limits& limits = {}) const {
    require<M>();
    codec::decode_into(payload, into, limits);
  }

 private:
  template <message M>
  void require() const {
    if (!is<M>()) throw_other_type(M::schema.name, M::schema.schema_version);
  }
  [[noreturn]] void throw_other_type(std::string_view wanted, int wanted_version) const;
};

}  // namespace messagebus
