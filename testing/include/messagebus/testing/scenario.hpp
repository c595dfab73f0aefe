#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <messagebus/bus.hpp>
#include <messagebus/testing/explore.hpp>
#include <messagebus/testing/invariants.hpp>
#include <messagebus/testing/simulated_unit_of_work.hpp>
#include <string>
#include <utility>
#include <vector>

namespace messagebus::testing {

namespace detail {

/// Fails a test that says what is to happen and ends without trying it.
class owed_trial {
 public:
  owed_trial() = default;
  owed_trial(const owed_trial& other) noexcept : is_owed_(std::exchange(other.is_owed_, false)) {}
  owed_trial& operator=(const owed_trial& other) noexcept {
    is_owed_ = std::exchange(other.is_owed_, false);
    return *this;
  }
  ~owed_trial() {
    if (!is_owed_ || std::uncaught_exceptions() > 0) return;
    if (::testing::Test::HasFatalFailure() || ::testing::Test::IsSkipped()) return;
    ADD_FAILURE() << "a scenario was described and never tried: end it by then(…) or tried(…)";
  }

  void is_owed(bool owed) noexcept { is_owed_ = owed; }

 private:
  mutable bool is_owed_ = false;
};

}  // namespace detail

/// A test in four lines of what an application keeps when the machine fails it:
///
///     given(create_alice(), register_domain_driven_design());
///     when(review_of(20, domain_driven_design, alice));
///     crash_at(every_step);
///     then(state_and_log_agree);
///
/// `Application` is one process of the service: it is made from a `simulated_database&`, and has a
/// `unit_of_work` and a `bus`; after a crash it is made anew on the same database. Each message of
/// `when` has a client, who sends it with an id of its own, all at the same time; a client that
/// does not know what became of its message asks the log, and sends it again if it is not there.
/// Derive a fixture from it, or have one as a variable; one that is never tried fails its test.
template <class Application>
class scenario {
 public:
  /// Looks at what is there, after every crash and at the end: `unit_of_work` and log answer as to
  /// a new process, without faults.
  using check = std::function<void(Application& application, message_log& log)>;

  /// Messages that are handled before, without faults.
  template <message... M>
  void given(M... messages) {
    (given_.push_back(client_of(std::move(messages))), ...);
  }
  template <message... M>
  void when(M... messages) {
    owed_.is_owed(true);
    (when_.push_back(client_of(std::move(messages))), ...);
  }

  void crash_at(step_choice steps) { meet({fault::crash}, std::move(steps)); }
  /// The step fails, once with an error that trying again helps, once with one that stays.
  void fail_at(step_choice steps) { meet({fault::busy, fault::failure}, std::move(steps)); }
  void hang_at(step_choice steps) { meet({fault::hang}, std::move(steps)); }
  /// The outcome of the commit is unknown (T9): it was kept, it was not, or it will be.
  void lose_answer_at(step_choice steps) {
    meet({fault::lost_answer, fault::late_commit}, std::move(steps));
  }
  void meet(fault_set kinds, step_choice steps) {
    owed_.is_owed(true);
    what_.chosen.push_back({kinds, std::move(steps)});
  }
  /// In further runs faults of all kinds happen by chance.
  void by_chance(int runs, int faults_per_thousand = 40) {
    what_.runs_by_chance = runs;
    what_.faults_per_thousand = faults_per_thousand;
  }
  /// Up to so many of the chosen faults in one run: 2 tries all pairs.
  void faults_a_run(int faults_max) { what_.faults_a_run_max = faults_max; }
  /// Does it all on so many seeds: in as many orders of what several clients do.
  void on_seeds(int seeds) { what_.seeds = seeds; }

  /// Runs it all. The first run that breaks `check`, or one of what always has to hold (the log is
  /// in order; what clients were told agrees with it), fails the test and says how to run it again.
  void then(check holds) {
    const explored done = tried(std::move(holds));
    if (done.found) ADD_FAILURE() << *done.found;
  }

  /// The same for who wants to see what was found.
  explored tried(check holds) {
    owed_.is_owed(false);
    return explore(what_, [&](simulation& simulation) { run_once(simulation, holds); });
  }

 private:
  static constexpr auto service = "service";
  /// After so many rounds of sending again there are no more faults.
  static constexpr int rounds_with_faults = 4;

  using send = std::function<task<>(Application&)>;
  /// Makes the sending of one message of this id.
  using client = std::function<send(uuid message_id)>;

  template <message M>
  static client client_of(M content) {
    return [content = std::move(content)](uuid message_id) -> send {
      auto sent = std::make_shared<envelope<M>>(envelope<M>{{}, content});
      sent->header.message_id = message_id;
      return [sent](Application& application) { return execute<M>(application, *sent); };
    };
  }

  template <message M>
  static task<> execute(Application& application, envelope<M>& sent) {
    static_cast<void>(co_await application.bus.async_execute(application.unit_of_work, sent));
  }

  struct sender {
    uuid message_id;
    testing::scenario<Application>::send send;
  };

  static std::vector<sender> senders_of(const std::vector<client>& clients,
                                        simulation& simulation) {
    std::vector<sender> senders;
    for (const client& client : clients) {
      const uuid message_id = simulation.ids().next(simulation.clock().now());
      senders.push_back({message_id, client(message_id)});
    }
    return senders;
  }

  static task<> send_and_hear(Application& application, const sender& from, bool asks_first,
                              client_ledger& ledger) {
    told heard = told::kept;
    bool knows_whether_it_is_there = !asks_first;
    try {
      bool is_there = false;
      if (asks_first) {
        is_there = co_await application.unit_of_work.has_message(from.message_id);
        knows_whether_it_is_there = true;
      }
      if (!is_there) co_await from.send(application);
    } catch (const commit_outcome_unknown_error&) {
      heard = told::unknown;
    } catch (const std::exception&) {
      heard = knows_whether_it_is_there ? told::failed : told::unknown;
    }
    ledger.hears(from.message_id, heard);
  }

  // One round of all clients that do not know yet. What they refer to outlives it, crash or not.
  static void send_round(simulation& simulation, Application& application,
                         const std::vector<sender>& senders, bool asks_first,
                         client_ledger& ledger) {
    for (const sender& from : senders) {
      if (!ledger.is_unsettled(from.message_id)) continue;
      simulation.start(service, [&application, &from, asks_first, &ledger] {
        return send_and_hear(application, from, asks_first, ledger);
      });
    }
    simulation.run();
  }

  void run_once(simulation& simulation, const check& holds) const {
    simulated_database database(simulation);
    auto application = std::make_shared<Application>(database);
    prepare(simulation, *application);
    const std::vector<sender> senders = senders_of(when_, simulation);
    client_ledger ledger;
    for (const sender& from : senders) ledger.hears(from.message_id, told::nothing);
    for (int round = 0;; ++round) {
      std::optional<simulation::calm> calm;
      if (round >= rounds_with_faults) calm.emplace(simulation);
      send_round(simulation, *application, senders, round > 0, ledger);
      if (simulation.is_down(service)) {
        simulation.restart(service);
        simulation::abandon(std::move(application));
        application = std::make_shared<Application>(database);
      }
      look(simulation, database, *application, ledger, holds);
      if (!ledger.has_unsettled()) return;
      if (round > rounds_with_faults) {
        throw usage_error("clients do not get to know what became of their messages");
      }
    }
  }

  void prepare(simulation& simulation, Application& application) const {
    const auto calm = simulation.without_faults();
    client_ledger ledger;
    for (const sender& from : senders_of(given_, simulation)) {
      ledger.hears(from.message_id, told::nothing);
      send_round(simulation, application, {from}, false, ledger);
      EXPECT_EQ(ledger.heard_of(from.message_id), told::kept) << "what was given was not kept";
    }
  }

  static void look(simulation& simulation, simulated_database& database, Application& application,
                   const client_ledger& ledger, const check& holds) {
    const auto calm = simulation.without_faults();
    const auto log = database.open_log();
    EXPECT_TRUE(is_in_order(*log));
    EXPECT_TRUE(ledger.agrees_with(*log));
    holds(application, *log);
  }

  std::vector<client> given_;
  std::vector<client> when_;
  exploration what_;
  detail::owed_trial owed_;
};

}  // namespace messagebus::testing
