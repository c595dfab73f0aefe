#include <exception>
#include <messagebus/domain/error.hpp>
#include <messagebus/service/attempts.hpp>
#include <messagebus/service/retry_course.hpp>

namespace messagebus::detail {
namespace {

// False: it was cancelled, and the caller hears what came of the last attempt.
task<bool> pauses(unit_of_work_base& unit_of_work, std::chrono::microseconds duration) {
  try {
    co_await unit_of_work.pause(duration);
    co_return true;
  } catch (const error& failed) {
    if (failed.code() != errc::cancelled) throw;
  }
  co_return false;
}

// While nobody can be asked, which `not_asked` says, the next attempt finds out.
task<bool> was_kept(unit_of_work_base& unit_of_work, uuid message_id,
                    std::exception_ptr& not_asked) {
  try {
    co_return co_await unit_of_work.has_message(message_id);
  } catch (...) {
    not_asked = std::current_exception();
  }
  co_return false;
}

}  // namespace

task<> run_attempts(unit_of_work_base& unit_of_work, const message_header& header,
                    execution& execution) {
  retry_course course(unit_of_work.options().retry);
  while (true) {
    std::exception_ptr failed;
    try {
      co_await execution.attempt();
      co_return;
    } catch (...) {
      failed = std::current_exception();
    }
    const bool goes_on = course.goes_on_after(failed);
    if (course.was_last_unknown()) execution.set_result_aside();
    std::exception_ptr not_asked;
    task<bool> asking;
    if (course.has_to_ask()) asking = was_kept(unit_of_work, header.message_id, not_asked);
    asking.shield();
    if (asking && co_await std::move(asking)) {
      execution.take_result_back();
      co_return;
    }
    if (!goes_on || !retry_course::may_go_on_unasked(not_asked)) {
      course.give_up(failed, not_asked);
    }
    if (!co_await pauses(unit_of_work, course.pause())) course.give_up(failed, not_asked);
  }
}

}  // namespace messagebus::detail
