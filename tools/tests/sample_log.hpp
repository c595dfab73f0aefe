#pragma once

#include <chrono>
#include <filesystem>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/id_source.hpp>
#include <messagebus/domain/recorded_message.hpp>
#include <messagebus/sqlite/database.hpp>
#include <messagebus/sqlite/session.hpp>
#include <string>
#include <utility>
#include <vector>

namespace messagebus::tool {

/// Messages as a bus would have kept them: each a millisecond after the one before, beginning on
/// 22 December 2025 at 10:11:12 UTC.
class sample_log {
 public:
  /// A command from outside, the first of its chain.
  const recorded_message& command(std::string name, std::string payload = R"({"id":"a"})") {
    auto& message = make(std::move(name), std::move(payload));
    message.kind = message_kind::command;
    message.correlation_id = message.message_id;
    return message;
  }

  /// An event that the handler of `cause` raised.
  const recorded_message& event(std::string name, const recorded_message& cause,
                                std::string payload = R"({"id":"a"})") {
    const auto correlation = cause.correlation_id;
    const auto causation = cause.message_id;
    auto& message = make(std::move(name), std::move(payload));
    message.correlation_id = correlation;
    message.causation_id = causation;
    message.published = true;
    return message;
  }

  /// A message to be made unlike what any bus keeps.
  recorded_message& last() { return messages_.back(); }
  recorded_message at(std::size_t index) const { return messages_.at(index); }
  const std::vector<recorded_message>& messages() const noexcept { return messages_; }

  void let_pass(std::chrono::microseconds time) { now_ += time; }

 private:
  recorded_message& make(std::string name, std::string payload) {
    auto& message = messages_.emplace_back();
    message.created_at = now_;
    message.message_id = uuid7_source::instance().next(now_);
    message.name = std::move(name);
    message.payload = std::move(payload);
    now_ += std::chrono::milliseconds(1);
    return message;
  }

  timestamp now_ = std::chrono::sys_days(std::chrono::year{2025} / 12 / 22) +
                   std::chrono::microseconds(36672123456);
  std::vector<recorded_message> messages_;
};

/// Writes the messages in one transaction.
template <class Session, class Database>
void write(Database& database, const std::vector<recorded_message>& messages) {
  Session session(database);
  for (const auto& message : messages) session.store().add(message);
  sync_wait(session.commit());
}

inline void write_file(const std::filesystem::path& path, const sample_log& log) {
  sqlite::database database(path.string());
  write<sqlite::session>(database, log.messages());
}

}  // namespace messagebus::tool
