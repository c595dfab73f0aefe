#pragma once

#include <memory>
#include <messagebus/ports/metrics.hpp>

namespace prometheus {
class Registry;
}

namespace messagebus::prometheus {

/// Counts transactions and messages in a Prometheus registry (O1), under the names that the Python
/// library of the same name uses, so that one dashboard shows services of both:
/// `messagebus_transactions_started_total`, `messagebus_transactions_in_progress`,
/// `messagebus_transactions_failed_total`, `messagebus_transactions_closed_total{status}`,
/// `messagebus_messages_processed_total{name,version}` and
/// `messagebus_command_processing_seconds{name,version}`.
///
/// Several objects on one registry count together. How the registry is exposed is the
/// application's.
class metrics final : public messagebus::metrics {
 public:
  explicit metrics(const std::shared_ptr<::prometheus::Registry>& registry);
  ~metrics() override;

  void transaction_started() noexcept override;
  void transaction_failed() noexcept override;
  void transaction_closed(transaction_state status) noexcept override;
  void message_processed(const message_type& type) noexcept override;
  void command_processed(const message_type& type,
                         std::chrono::nanoseconds duration) noexcept override;

 private:
  class families;
  std::unique_ptr<families> families_;
};

}  // namespace messagebus::prometheus
