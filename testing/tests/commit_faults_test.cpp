// What each fault of a commit does: what becomes of the messages, and what the caller hears.

#include <algorithm>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/testing/sample_messages.hpp>

#include "simulated_counting.hpp"

namespace messagebus::testing {
namespace {

struct outcome_of_commit {
  std::string heard;
  /// Messages in the log when the caller has heard, and when all has come to rest.
  std::int64_t kept_at_once = 0;
  std::int64_t kept = 0;

  bool operator==(const outcome_of_commit&) const = default;
};

void PrintTo(const outcome_of_commit& outcome, std::ostream* out) {
  *out << outcome.heard << ", kept at once " << outcome.kept_at_once << ", kept " << outcome.kept;
}

task<> commit_one(simulated_database& database, outcome_of_commit& outcome) {
  auto durable = database.durable().log();
  try {
    simulated_session session(database);
    session.store().add(sample_message());
    co_await session.commit();
    outcome.heard = "done";
  } catch (const commit_outcome_unknown_error&) {
    outcome.heard = "unknown";
  } catch (const error& failed) {
    outcome.heard = failed.code() == errc::busy ? "busy" : "failed";
  }
  outcome.kept_at_once = (co_await durable.last_position()).value;
}

outcome_of_commit commit_with(fault kind, const std::string& at) {
  // The steps are: add, commit, committed.
  simulation simulation({.faults = {{kind, at == "commit" ? 2 : 3}}});
  simulated_database database(simulation);
  outcome_of_commit outcome;
  simulation.start("service", [&] { return commit_one(database, outcome); });
  simulation.run();
  const auto steps = simulation.steps();
  EXPECT_TRUE(std::ranges::any_of(steps, [&](const simulated_step& step) {
    return step.met == kind && step.name == at;
  })) << simulation.history();
  auto durable = database.durable().log();
  outcome.kept = sync_wait(durable.last_position()).value;
  return outcome;
}

TEST(commit_faults, T9_an_answer_is_lost_before_the_commit_or_behind_it) {
  EXPECT_EQ(commit_with(fault::lost_answer, "commit"), (outcome_of_commit{"unknown", 0, 0}));
  EXPECT_EQ(commit_with(fault::lost_answer, "committed"), (outcome_of_commit{"unknown", 1, 1}));
}

TEST(commit_faults, T9_a_late_commit_is_done_after_its_caller_heard_nothing) {
  EXPECT_EQ(commit_with(fault::late_commit, "commit"), (outcome_of_commit{"unknown", 0, 1}));
}

TEST(commit_faults, T5_a_commit_that_fails_keeps_nothing) {
  EXPECT_EQ(commit_with(fault::busy, "commit"), (outcome_of_commit{"busy", 0, 0}));
  EXPECT_EQ(commit_with(fault::failure, "commit"), (outcome_of_commit{"failed", 0, 0}));
}

TEST(commit_faults, T5_a_crash_tells_nobody_whether_the_commit_was_done) {
  EXPECT_EQ(commit_with(fault::crash, "commit"), (outcome_of_commit{"", 0, 0}));
  EXPECT_EQ(commit_with(fault::crash, "committed"), (outcome_of_commit{"", 0, 1}));
}

}  // namespace
}  // namespace messagebus::testing
