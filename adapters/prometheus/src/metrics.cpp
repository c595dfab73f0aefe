#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <messagebus/prometheus/metrics.hpp>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

namespace messagebus::prometheus {
namespace {

using ::prometheus::Counter;
using ::prometheus::Family;
using ::prometheus::Gauge;
using ::prometheus::Histogram;

Family<Counter>& counters(::prometheus::Registry& registry, const char* name, const char* help) {
  return ::prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

// 0.01·2^0 … 0.01·2^9 seconds.
std::vector<double> command_processing_buckets() {
  std::vector<double> bounds;
  for (double bound = 0.01; bounds.size() < 10; bound *= 2) bounds.push_back(bound);
  return bounds;
}

// Finding a series in a family hashes its labels under a lock: done once a message type.
template <class Metric>
class series_by_type {
 public:
  template <class Make>
  Metric& of(const message_type& type, const Make& make) {
    {
      const std::shared_lock lock(mutex_);
      const auto known = series_.find(&type);
      if (known != series_.end()) return *known->second;
    }
    Metric& made = make(::prometheus::Labels{{"name", std::string(type.name)},
                                             {"version", std::to_string(type.schema_version)}});
    const std::unique_lock lock(mutex_);
    series_.emplace(&type, &made);
    return made;
  }

 private:
  std::shared_mutex mutex_;
  std::map<const message_type*, Metric*> series_;
};

}  // namespace

class metrics::families {
 public:
  explicit families(const std::shared_ptr<::prometheus::Registry>& shared)
      : registry(shared),
        started(counters(*registry, "messagebus_transactions_started_total",
                         "Total number of unit of work transactions that have been started.")
                    .Add({})),
        in_progress(::prometheus::BuildGauge()
                        .Name("messagebus_transactions_in_progress")
                        .Help("Current number of unit of work transactions in progress.")
                        .Register(*registry)
                        .Add({})),
        failed(counters(*registry, "messagebus_transactions_failed_total",
                        "Total number of unit of work transactions that an error has ended.")
                   .Add({})),
        closed(counters(*registry, "messagebus_transactions_closed_total",
                        "Total number of unit of work transactions that have ended, by outcome.")),
        committed(closed.Add({{"status", "committed"}})),
        rolledback(closed.Add({{"status", "rolledback"}})),
        processed(counters(*registry, "messagebus_messages_processed_total",
                           "Total number of messages that the bus has handled.")),
        processing_seconds(::prometheus::BuildHistogram()
                               .Name("messagebus_command_processing_seconds")
                               .Help("Time spent processing a command in the bus.")
                               .Register(*registry)) {}

  std::shared_ptr<::prometheus::Registry> registry;
  Counter& started;
  Gauge& in_progress;
  Counter& failed;
  Family<Counter>& closed;
  Counter& committed;
  Counter& rolledback;
  Family<Counter>& processed;
  Family<Histogram>& processing_seconds;
  series_by_type<Counter> processed_by_type;
  series_by_type<Histogram> processing_by_type;
};

metrics::metrics(const std::shared_ptr<::prometheus::Registry>& registry)
    : families_(std::make_unique<families>(registry)) {}
metrics::~metrics() = default;

void metrics::transaction_started() noexcept {
  families_->started.Increment();
  families_->in_progress.Increment();
}

void metrics::transaction_failed() noexcept {
  families_->failed.Increment();
}

void metrics::transaction_closed(transaction_state status) noexcept {
  families_->in_progress.Decrement();
  if (status == transaction_state::committed) {
    families_->committed.Increment();
  } else if (status == transaction_state::rolledback) {
    families_->rolledback.Increment();
  } else {
    families_->closed.Add({{"status", std::string(to_string(status))}}).Increment();
  }
}

void metrics::message_processed(const message_type& type) noexcept {
  families_->processed_by_type
      .of(type, [&](const auto& labels) -> Counter& { return families_->processed.Add(labels); })
      .Increment();
}

void metrics::command_processed(const message_type& type,
                                std::chrono::nanoseconds duration) noexcept {
  families_->processing_by_type
      .of(type,
          [&](const auto& labels) -> Histogram& {
            return families_->processing_seconds.Add(labels, command_processing_buckets());
          })
      .Observe(std::chrono::duration<double>(duration).count());
}

}  // namespace messagebus::prometheus
