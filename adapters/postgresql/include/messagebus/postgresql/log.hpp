#pragma once

#include <memory>
#include <messagebus/ports/message_log.hpp>

namespace messagebus::postgresql {

namespace detail {
struct database_state;
class log_reader;
}  // namespace detail

/// Reads the log of a database. A reader that meets a gap asks the server which transactions could
/// still fill it, waits for those alone, and reads again (E5): so it has to read from the primary.
/// After a lost connection it connects again by itself; it waits as the options of the database
/// say.
class log final : public message_log {
 public:
  explicit log(std::shared_ptr<detail::database_state> state);
  log(log&&) noexcept;
  log& operator=(log&&) = delete;
  ~log() override;

  /// An empty page that is not the last and did not move says that a transaction which has not
  /// ended holds a position, and that committed messages wait behind it: ask again. It takes 100 ms
  /// to say so.
  task<> read_page(const log_query& query, log_page& page) override;
  task<std::optional<recorded_message>> find(uuid message_id) override;
  /// Waits for transactions that hold a position before it.
  task<position> last_position() override;
  task<> wait_behind(position seen, std::stop_token stop) override;

 private:
  std::unique_ptr<detail::log_reader> reader_;
};

}  // namespace messagebus::postgresql
