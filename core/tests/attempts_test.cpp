// The attempts at one message: what is done between them.

#include <gtest/gtest.h>

#include <chrono>
#include <coroutine>
#include <exception>
#include <messagebus/async/keep_out_of_coroutine.hpp>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/service/attempts.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace messagebus::detail {
namespace {

std::exception_ptr thrown(const auto& failed) {
  return std::make_exception_ptr(failed);
}

const auto conflict = thrown(error(errc::conflict, "another was faster", retry::may_help));
const auto unknown = thrown(commit_outcome_unknown_error("the line went dead"));
const auto nobody_answers =
    thrown(error(errc::storage_unavailable, "nobody answers", retry::may_help));

/// Whether a stop of the operation would end a wait of whoever awaits this.
class can_be_stopped {
 public:
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  MESSAGEBUS_KEEP_OUT_OF_COROUTINE bool await_suspend(std::coroutine_handle<Promise> waiter) {
    can_be_ = waiter.promise().stop().stop_possible();
    return false;
  }
  bool await_resume() const noexcept { return can_be_; }

 private:
  bool can_be_ = false;
};

/// Does as it is told when it is asked for a message, or for a pause.
class obedient_unit_of_work final : public unit_of_work_base {
 public:
  obedient_unit_of_work() : unit_of_work_base({.retry = {.attempts_max = 3}}) {}

  task<bool> has_message(uuid /*message_id*/) override {
    ++asked;
    asking_can_be_stopped = co_await can_be_stopped();
    if (asking_fails) std::rethrow_exception(asking_fails);
    co_return asked == is_there_when_asked;
  }

  task<> pause(std::chrono::microseconds /*duration*/) override {
    ++pauses;
    pause_can_be_stopped = co_await can_be_stopped();
    if (pause_fails) std::rethrow_exception(pause_fails);
  }

  int is_there_when_asked = 0;
  std::exception_ptr asking_fails;
  std::exception_ptr pause_fails;
  int asked = 0;
  int pauses = 0;
  bool asking_can_be_stopped = false;
  bool pause_can_be_stopped = false;
};

class operation final : public task_context {
 public:
  explicit operation(const std::stop_source& stop) : task_context(stop.get_token()) {}
  void resume(std::coroutine_handle<> suspended) override { suspended.resume(); }
  void abandon() noexcept override {}
};

class attempts_test : public ::testing::Test {
 protected:
  /// Each attempt fails by the next of these, or does not where it is null. Returns what the caller
  /// hears: the result of the handler, or the error.
  std::string heard_after(const std::vector<std::exception_ptr>& failures) {
    std::optional<std::string> result;
    const auto attempt = [&]() -> task<> {
      result = "result " + std::to_string(attempts + 1);
      const std::exception_ptr failed = failures.at(static_cast<std::size_t>(attempts++));
      if (failed) std::rethrow_exception(failed);
      co_return;
    };
    execution_with_result execution(attempt, result);
    const std::stop_source stop;
    operation running(stop);
    const message_header header;
    task<> all = run_attempts(unit_of_work, header, execution);
    EXPECT_TRUE(all.start([](void*) noexcept {}, nullptr, &running)) << "nobody waits here";
    try {
      all.take();
    } catch (const commit_outcome_unknown_error& failed) {
      return std::string("unknown: ") + failed.what();
    } catch (const std::exception& failed) {
      return failed.what();
    }
    return result.value();
  }

  obedient_unit_of_work unit_of_work;
  int attempts = 0;
};

TEST_F(attempts_test, are_made_one_after_a_pause_each) {
  EXPECT_EQ(heard_after({conflict, conflict, nullptr}), "result 3");
  EXPECT_EQ(unit_of_work.pauses, 2);
  EXPECT_EQ(unit_of_work.asked, 0);
}

TEST_F(attempts_test, T9_return_the_result_of_the_one_whose_commit_came_to_pass) {
  unit_of_work.is_there_when_asked = 2;
  EXPECT_EQ(heard_after({unknown, conflict}), "result 1");
  attempts = unit_of_work.asked = 0;
  EXPECT_EQ(heard_after({unknown, unknown}), "result 2");
}

TEST_F(attempts_test, T9_find_out_by_themselves_while_nobody_can_be_asked) {
  unit_of_work.asking_fails = nobody_answers;
  EXPECT_EQ(heard_after({unknown, conflict, nullptr}), "result 3");
  EXPECT_EQ(unit_of_work.asked, 2);
}

TEST_F(attempts_test, T9_end_where_the_log_cannot_tell_and_the_caller_hears_why) {
  unit_of_work.asking_fails = thrown(usage_error("no log to ask"));
  const std::string heard = heard_after({unknown, nullptr});
  EXPECT_EQ(attempts, 1) << "it might be done twice";
  EXPECT_EQ(heard.rfind("unknown: ", 0), 0U) << heard;
  EXPECT_NE(heard.find("no log to ask"), std::string::npos) << heard;
}

TEST_F(attempts_test, T9_B11_are_cancelled_in_a_pause_and_not_while_the_log_is_asked) {
  EXPECT_EQ(heard_after({unknown, nullptr}), "result 2");
  EXPECT_FALSE(unit_of_work.asking_can_be_stopped) << "nobody would know what became of it";
  EXPECT_TRUE(unit_of_work.pause_can_be_stopped);
}

TEST_F(attempts_test, B11_end_by_the_error_of_the_last_when_the_pause_is_cancelled) {
  unit_of_work.pause_fails = thrown(error(errc::cancelled, "not wanted any more"));
  EXPECT_EQ(heard_after({conflict, nullptr}), "another was faster");
  EXPECT_EQ(attempts, 1);
  attempts = 0;
  unit_of_work.pause_fails = thrown(usage_error("an event loop would stand still"));
  EXPECT_EQ(heard_after({conflict, nullptr}), "an event loop would stand still");
}

}  // namespace
}  // namespace messagebus::detail
