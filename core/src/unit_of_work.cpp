#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/service/unit_of_work.hpp>
#include <thread>

namespace messagebus::detail {

void throw_cannot_tell(uuid message_id) {
  throw usage_error("this unit of work cannot tell whether message " + message_id.to_string() +
                    " was kept: look for it in the log by find()");
}

void block_for(std::chrono::microseconds duration) {
  refuse_to_block_an_event_loop();
  std::this_thread::sleep_for(duration);
}

}  // namespace messagebus::detail
