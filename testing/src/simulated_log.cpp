#include <messagebus/async/sync_wait.hpp>
#include <messagebus/testing/simulated_log.hpp>

#include "scheduler.hpp"

namespace messagebus::testing {
namespace {

constexpr fault_set faults_of_waiting{fault::hang, fault::crash, fault::lost_wake_up};
constexpr std::chrono::seconds delay_of_lost_wake_up{1};

}  // namespace

task<> simulated_log::read_page(const log_query& query, log_page& page) {
  co_await simulation_.async_step("read the log");
  co_await durable_.read_page(query, page);
}

task<std::optional<recorded_message>> simulated_log::find(uuid message_id) {
  co_await simulation_.async_step("find in the log");
  co_return co_await durable_.find(message_id);
}

task<position> simulated_log::last_position() {
  co_await simulation_.async_step("look for the end of the log");
  co_return co_await durable_.last_position();
}

task<> simulated_log::wait_behind(position seen, std::stop_token stop) {
  const fault met = co_await simulation_.async_step("wait for messages", faults_of_waiting);
  if (detail::scheduler::current() == nullptr) {
    co_await durable_.wait_behind(seen, stop);
    co_return;
  }
  // Named, because GCC 12 destroys twice what is captured within what is awaited.
  std::function<bool()> may_go_on = [this, seen, stop] {
    return stop.stop_requested() || sync_wait(durable_.last_position()) > seen;
  };
  co_await simulation_.until(std::move(may_go_on));
  if (met == fault::lost_wake_up && !stop.stop_requested()) {
    co_await simulation_.sleep(delay_of_lost_wake_up);
  }
}

}  // namespace messagebus::testing
