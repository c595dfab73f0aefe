#pragma once

#include <memory>
#include <messagebus/ports/message_log.hpp>
#include <messagebus/sqlite/options.hpp>
#include <string>

namespace messagebus::sqlite {

namespace detail {
class commit_channel;
class connection;
}  // namespace detail

/// Reads the log of a database file. Each page is read in a transaction of its own, so that a slow
/// reader holds nobody up.
class log final : public message_log {
 public:
  log(const std::string& path, const database_options& options);
  ~log() override;

  task<> read_page(const log_query& query, log_page& page) override;
  task<std::optional<recorded_message>> find(uuid message_id) override;
  task<position> last_position() override;
  /// Blocks the thread that awaits it. Woken by commits of this process; those of others are looked
  /// for every 20 ms.
  task<> wait_behind(position seen, std::stop_token stop) override;

 private:
  position newest();

  std::unique_ptr<detail::connection> connection_;
  std::shared_ptr<detail::commit_channel> channel_;
};

}  // namespace messagebus::sqlite
