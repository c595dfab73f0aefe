#pragma once

#include <memory>
#include <messagebus/ports/message_log.hpp>

namespace messagebus::memory {

namespace detail {
class log_storage;
}

/// Reads the log of a `memory::database`; may outlive it.
class log final : public message_log {
 public:
  explicit log(std::shared_ptr<detail::log_storage> storage) noexcept;
  ~log() override;

  task<> read_page(const log_query& query, log_page& page) override;
  task<std::optional<recorded_message>> find(uuid message_id) override;
  task<position> last_position() override;
  /// Blocks the thread that awaits it.
  task<> wait_behind(position seen, std::stop_token stop) override;

 private:
  std::shared_ptr<detail::log_storage> storage_;
};

}  // namespace messagebus::memory
