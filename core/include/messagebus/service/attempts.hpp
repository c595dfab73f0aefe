#pragma once

#include <messagebus/async/task.hpp>
#include <messagebus/domain/envelope.hpp>
#include <messagebus/service/unit_of_work.hpp>
#include <optional>
#include <utility>

namespace messagebus::detail {

/// A message on its way through a unit of work, which may take several attempts.
class execution {
 public:
  execution(const execution&) = delete;
  execution& operator=(const execution&) = delete;

  /// Handles the message in a transaction and commits it.
  virtual task<> attempt() = 0;

  /// Sets the result of the last attempt aside: its commit may have come to pass.
  virtual void set_result_aside() = 0;
  /// Takes it back: it did come to pass.
  virtual void take_result_back() = 0;

 protected:
  execution() = default;
  ~execution() = default;
};

/// `attempt` fills `result`; both outlive it.
template <class Attempt, class Result>
class execution_with_result final : public execution {
 public:
  execution_with_result(const Attempt& attempt, std::optional<Result>& result) noexcept
      : attempt_(attempt), result_(result) {}

  task<> attempt() override { return attempt_(); }
  void set_result_aside() override { aside_ = std::move(result_); }
  void take_result_back() override { result_ = std::move(aside_); }

 private:
  const Attempt& attempt_;
  std::optional<Result>& result_;
  std::optional<Result> aside_;
};

/// Attempts it as often as the options of the unit of work allow and it helps. The first attempt
/// fills in `header`, whose message the log is asked for. Errors: those of the last attempt;
/// `commit_outcome_unknown_error`.
task<> run_attempts(unit_of_work_base& unit_of_work, const message_header& header,
                    execution& execution);

}  // namespace messagebus::detail
