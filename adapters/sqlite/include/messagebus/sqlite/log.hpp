#pragma once

#include <memory>
#include <messagebus/ports/message_log.hpp>

namespace messagebus::sqlite {

namespace detail {
class log_reader;
}

/// Reads the log of a database, over a connection of its own, in short transactions that hold up
/// neither writers nor checkpoints. May outlive the `database`. Errors: `sqlite_error`;
/// `errc::storage_corrupt` for a row that is no message.
class log final : public message_log {
 public:
  /// Made by `database::log`.
  explicit log(std::unique_ptr<detail::log_reader> reader) noexcept;
  ~log() override;

  /// Looks at a bounded number of messages: a page may be not full, even empty, and not the last.
  task<> read_page(const log_query& query, log_page& page) override;
  task<std::optional<recorded_message>> find(uuid message_id) override;
  task<position> last_position() override;
  /// Blocks the thread that awaits it. Woken by commits of this process and, through the operating
  /// system, of others; looks once a second in any case, so that a wake-up that was lost delays and
  /// never loses.
  task<> wait_behind(position seen, std::stop_token stop) override;

 private:
  std::unique_ptr<detail::log_reader> reader_;
};

}  // namespace messagebus::sqlite
