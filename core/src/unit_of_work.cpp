#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/service/unit_of_work.hpp>
#include <thread>

namespace messagebus {

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
