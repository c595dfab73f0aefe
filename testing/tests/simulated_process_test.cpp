// What a crash, a hang and a lost wake-up do to tasks and callers.

#include <messagebus/testing/sample_messages.hpp>

#include "simulated_counting.hpp"

namespace messagebus::testing {
namespace {

/// A world of which these faults are planned.
struct counting_world {
  explicit counting_world(std::vector<planned_fault> faults = {})
      : simulation({.faults = std::move(faults)}) {}

  task<counting> execute(add_counter command) {
    return application.bus.async_execute(application.unit_of_work, std::move(command));
  }
  std::size_t messages_count() {
    const auto calm = simulation.without_faults();
    return read_all(*database.open_log()).size();
  }

  testing::simulation simulation;
  simulated_database database{simulation};
  simulated_counting application{database};
};

/// Hears of the end of a transaction (D4).
struct listener {
  std::vector<std::string> heard;
  void on_after_commit() { heard.emplace_back("commit"); }
  void on_after_rollback() { heard.emplace_back("rollback"); }
};

void on_counter_added(const counter_added& /*event*/, counting_transaction& /*running*/,
                      listener& /*hears*/) {}

TEST(simulated_process, D4_a_crash_tells_no_hook_anything_at_whichever_step) {
  exploration what;
  what.chosen = {{{fault::crash}, every_step}};
  std::map<std::string, int> outcomes;
  const explored done = explore(what, [&](simulation& simulation) {
    simulated_database database(simulation);
    simulated_unit_of_work<counting_ports, memory_counters> unit_of_work(database);
    bus<counting_ports> bus;
    bus.on<&on_add_counter>();
    bus.on<&on_counter_added>();
    listener hears;
    simulation.start("service", [&]() -> task<> {
      const add_counter command{"a"};
      static_cast<void>(co_await bus.async_execute(unit_of_work, command, hears));
    });
    simulation.run();
    const auto calm = simulation.without_faults();
    const std::size_t kept = read_all(*database.open_log()).size();
    const bool is_down = simulation.is_down("service");
    EXPECT_EQ(hears.heard, is_down ? texts{} : texts{"commit"});
    ++outcomes[(is_down ? "down, " : "up, ") + std::to_string(kept)];
  });
  EXPECT_TRUE(done);
  const std::map<std::string, int> expected{{"up, 2", 1}, {"down, 0", 5}, {"down, 2", 1}};
  EXPECT_EQ(outcomes, expected);
}

TEST(simulated_process, a_crash_takes_down_all_tasks_of_its_process_and_no_other) {
  counting_world world({{fault::crash, 3}});
  int ended = 0;
  const auto walk = [&]() -> task<> {
    for (int i = 0; i < 3; ++i) co_await world.simulation.async_step("step");
    ++ended;
  };
  for (const char* process : {"one", "one", "other", "other"}) {
    world.simulation.start(process, walk);
  }
  world.simulation.run();
  EXPECT_EQ(ended, 2);
  const bool one = world.simulation.is_down("one");
  EXPECT_NE(one, world.simulation.is_down("other"));
  const std::string down = one ? "one" : "other";
  world.simulation.restart(down);
  world.simulation.start(down, walk);
  world.simulation.run();
  EXPECT_EQ(ended, 3);
}

TEST(simulated_process, a_hang_lets_the_others_go_on_and_ends_after_an_hour) {
  counting_world world({{fault::hang, 1}});
  const timestamp begin = world.simulation.clock().now();
  std::vector<std::string> order;
  for (const char* name : {"a", "b"}) {
    world.simulation.start("service", [&world, &order, name]() -> task<> {
      const add_counter command{name};
      static_cast<void>(co_await world.execute(command));
      order.emplace_back(name);
    });
  }
  world.simulation.run();
  ASSERT_EQ(order.size(), 2U);
  const auto first = world.simulation.steps().front();
  EXPECT_EQ(order.back(), first.task == 1 ? "a" : "b") << "the one that hung is the last";
  EXPECT_GE(world.simulation.clock().now() - begin, simulation::hang_duration);
  EXPECT_EQ(world.messages_count(), 4U);
}

TEST(simulated_process, E5_a_lost_wake_up_delays_a_follower_and_loses_nothing) {
  exploration what;
  what.chosen = {{{fault::lost_wake_up}, every_step}};
  what.seeds = 20;
  std::int64_t slowest_micros = 0;
  const explored done = explore(what, [&](simulation& simulation) {
    simulated_database database(simulation);
    simulated_counting application(database);
    const std::shared_ptr<message_log> log = database.open_log();
    std::stop_source stop;
    std::vector<uuid> seen;
    simulation.start("follower", [&, log]() -> task<> {
      return log->async_follow(
          {},
          [&](std::span<const recorded_message> messages, position) {
            for (const auto& message : messages) {
              seen.push_back(message.message_id);
              const auto late = simulation.clock().now() - message.created_at;
              slowest_micros = std::max<std::int64_t>(slowest_micros, late.count());
            }
            if (seen.size() == 6) stop.request_stop();
          },
          stop.get_token());
    });
    simulation.start("service", [&]() -> task<> {
      for (const char* name : {"a", "b", "c"}) {
        const add_counter command{name};
        static_cast<void>(
            co_await application.bus.async_execute(application.unit_of_work, command));
      }
    });
    simulation.run();
    EXPECT_EQ(seen.size(), 6U);
    const auto calm = simulation.without_faults();
    EXPECT_TRUE(has_seen_all(seen, *database.open_log()));
  });
  EXPECT_TRUE(done);
  EXPECT_GT(done.faults, 20);
  EXPECT_GE(slowest_micros, 1'000'000);
}

TEST(simulated_process, T5_a_caller_that_is_no_task_hears_the_crash) {
  counting_world world({{fault::crash, 5}});
  const auto execute = [&] {
    return world.application.bus.execute(world.application.unit_of_work, add_counter{"a"});
  };
  EXPECT_THROW(execute(), simulated_crash);
  EXPECT_TRUE(world.simulation.is_down(simulation::caller));
  EXPECT_THROW(execute(), simulated_crash) << "it is down";
  world.simulation.restart(simulation::caller);
  EXPECT_EQ(world.messages_count(), 0U);
  EXPECT_EQ(execute(), counting::done);
  EXPECT_EQ(world.messages_count(), 2U);
}

TEST(simulated_process, B11_a_blocking_call_in_a_task_is_refused) {
  counting_world world;
  world.simulation.start("service", [&]() -> task<> {
    world.application.bus.execute(world.application.unit_of_work, add_counter{"a"});
    co_return;
  });
  EXPECT_THROW(world.simulation.run(), usage_error);
}

TEST(simulated_process, an_error_of_a_task_reaches_whoever_runs_the_simulation) {
  counting_world world;
  world.simulation.start("service", [&]() -> task<> {
    co_await world.simulation.async_step("step");
    throw std::runtime_error("as it was asked to");
  });
  EXPECT_THROW(world.simulation.run(), std::runtime_error);
  EXPECT_NO_THROW(world.simulation.run());
}

TEST(simulated_process, an_error_of_a_body_that_made_no_task_is_an_error_of_the_task) {
  counting_world world;
  world.simulation.start("service",
                         []() -> task<> { throw std::runtime_error("there is no task"); });
  EXPECT_THROW(world.simulation.run(), std::runtime_error);
  EXPECT_NO_THROW(world.simulation.run());
}

TEST(simulated_process, of_several_errors_the_first_reaches_whoever_runs_the_simulation) {
  counting_world world;
  for (const int seconds : {2, 1, 3}) {
    world.simulation.start("service", [&world, seconds]() -> task<> {
      co_await world.simulation.sleep(std::chrono::seconds(seconds));
      throw std::runtime_error(std::to_string(seconds));
    });
  }
  try {
    world.simulation.run();
    ADD_FAILURE() << "no error";
  } catch (const std::runtime_error& first) {
    EXPECT_STREQ(first.what(), "1");
  }
}

TEST(simulated_process, tasks_that_sleep_go_on_when_each_is_due) {
  counting_world world;
  const timestamp begin = world.simulation.clock().now();
  std::vector<std::chrono::microseconds> woken;
  for (const int seconds : {2, 3, 1}) {
    world.simulation.start("service", [&world, &woken, begin, seconds]() -> task<> {
      co_await world.simulation.sleep(std::chrono::seconds(seconds));
      woken.push_back(world.simulation.clock().now() - begin);
    });
  }
  world.simulation.run();
  using std::chrono::seconds;
  EXPECT_EQ(woken, (std::vector<std::chrono::microseconds>{seconds(1), seconds(2), seconds(3)}));
}

TEST(simulated_process, a_task_that_goes_round_for_ever_is_an_error) {
  counting_world world;
  world.simulation.start("service", [&]() -> task<> {
    while (true) co_await world.simulation.async_step("round");
  });
  EXPECT_THROW(world.simulation.run(1000), usage_error);
}

TEST(simulated_process, M2_ids_grow_and_are_of_version_7) {
  simulation one({.seed = 1});
  simulation other({.seed = 2});
  uuid last;
  for (int i = 0; i < 1000; ++i) {
    const uuid id = one.ids().next(one.clock().now());
    EXPECT_GT(id, last);
    EXPECT_EQ(id.bytes[6] >> 4, 7);
    EXPECT_EQ(id.bytes[8] >> 6, 2);
    last = id;
  }
  EXPECT_EQ(format_timestamp(one.clock().now()), "2025-12-22T10:11:12+00:00");
  EXPECT_NE(one.ids().next({}), other.ids().next({}));
}

}  // namespace
}  // namespace messagebus::testing
