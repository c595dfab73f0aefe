#pragma once

#include <chrono>
#include <messagebus/domain/id_source.hpp>
#include <messagebus/ports/message_log.hpp>
#include <messagebus/testing/counting.hpp>
#include <string>
#include <utility>
#include <vector>

namespace messagebus::testing {

/// A message that nobody handled, for tests that write to a store directly.
inline recorded_message sample_message(std::string payload = R"({"name":"a"})") {
  recorded_message message;
  message.created_at = std::chrono::sys_days(std::chrono::year{2025} / 12 / 22) +
                       std::chrono::microseconds(36672123456);
  message.message_id = uuid7_source::instance().next(message.created_at);
  message.kind = message_kind::event;
  message.name = "counter_added";
  message.published = true;
  message.correlation_id = message.message_id;
  message.payload = std::move(payload);
  return message;
}

/// Adds the messages in one transaction and commits it.
inline void write(unit_of_work<counting_ports>& unit_of_work,
                  const std::vector<recorded_message>& messages) {
  unit_of_work.transact([&](counting_transaction& transaction) {
    for (const recorded_message& message : messages) transaction.store().add(message);
    transaction.commit();
  });
}

/// All messages that match, copied.
inline std::vector<recorded_message> read_all(message_log& log, log_query query = {},
                                              std::size_t page_messages_max = 3) {
  std::vector<recorded_message> messages;
  for (const recorded_message& message : log.read(std::move(query), page_messages_max)) {
    messages.push_back(message);
  }
  return messages;
}

using texts = std::vector<std::string>;

inline texts names_of(const std::vector<recorded_message>& messages) {
  texts names;
  names.reserve(messages.size());
  for (const recorded_message& message : messages) names.push_back(message.name);
  return names;
}

/// The same messages without what the log adds to them, to compare with what was written.
inline std::vector<recorded_message> without_positions(std::vector<recorded_message> messages) {
  for (recorded_message& message : messages) message.position = position{0};
  return messages;
}

}  // namespace messagebus::testing
