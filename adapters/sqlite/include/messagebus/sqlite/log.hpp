#pragma once

#include <memory>
#include <messagebus/ports/message_log.hpp>
#include <messagebus/sqlite/options.hpp>
#include <string>

namespace messagebus::sqlite {

namespace detail {
class connection;
class follower_wait;
class page_filler;
}  // namespace detail

/// Reads the log of a database file, over a connection of its own. Each page is read in a
/// transaction of its own, so that a slow reader holds up neither writers nor checkpoints. May
/// outlive the `database`. Errors: `sqlite_error`; `errc::storage_corrupt` for a row that is no
/// message.
class log final : public message_log {
 public:
  log(const std::string& path, const database_options& options);
  ~log() override;

  /// Looks at a bounded number of messages: a page may be not full, even empty, and not the last.
  task<> read_page(const log_query& query, log_page& page) override;
  task<std::optional<recorded_message>> find(uuid message_id) override;
  task<position> last_position() override;
  /// Blocks the thread that awaits it. Woken by commits of this process and, through the operating
  /// system, of others; looks once a second in any case, so that a wake-up that was lost delays and
  /// never loses. Errors: `errc::storage_unavailable` when somebody has removed or replaced the
  /// file.
  task<> wait_behind(position seen, std::stop_token stop) override;

 private:
  void read_page_now(const log_query& query, log_page& page);
  void wait_behind_now(position seen, const std::stop_token& stop);

  std::unique_ptr<detail::connection> connection_;
  std::unique_ptr<detail::page_filler> filler_;
  std::unique_ptr<detail::follower_wait> waiting_;
};

}  // namespace messagebus::sqlite
