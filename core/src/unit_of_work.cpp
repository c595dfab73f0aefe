#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/service/unit_of_work.hpp>
#include <thread>
#include <utility>

namespace messagebus {

unit_of_work_base::unit_of_work_base(unit_of_work_options options) : options_(std::move(options)) {
  const retry_options& retry = options_.retry;
  if (retry.attempts_max < 1) {
    throw usage_error("retry.attempts_max is 1, which tries once and never again, or more");
  }
  if (retry.pause_first.count() < 0 || retry.pause_longest.count() < 0) {
    throw usage_error("retry.pause_first and retry.pause_longest are 0 or more");
  }
}

task<bool> unit_of_work_base::has_message(uuid message_id) {
  throw usage_error("this unit of work cannot tell whether message " + message_id.to_string() +
                    " was kept: look for it in the log by find()");
}

task<> unit_of_work_base::pause(std::chrono::microseconds duration) {
  detail::refuse_to_block_an_event_loop();
  std::this_thread::sleep_for(duration);
  return {};
}

}  // namespace messagebus
