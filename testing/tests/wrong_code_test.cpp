// Code with the mistakes that people make: the simulator has to find each, and to say how to see it
// again.

#include <deque>
#include <messagebus/testing/simulated_log.hpp>

#include "simulated_counting.hpp"

namespace messagebus::testing {
namespace {

/// That something was found, and that the printed run finds it again.
void expect_found(const explored& done, const std::string& words) {
  ASSERT_TRUE(done.found) << "nothing was found in " << done.runs << " runs";
  EXPECT_NE(done.found->find(words), std::string::npos) << *done.found;
  EXPECT_NE(done.found->find("MESSAGEBUS_SEED=" + done.failed_run->to_string()), std::string::npos)
      << *done.found;
}

/// A file beside the database, which no transaction covers.
std::map<std::string, std::int64_t> file;

/// Writes what it counts beside the database as well, within its handler.
struct counting_with_a_file {
  explicit counting_with_a_file(simulated_database& database) : unit_of_work(database) {
    bus.on(&on_add_counter);
    bus.on([](const count& command, counting_transaction& transaction) {
      const counting result = on_count(command, transaction);
      if (result == counting::done) file[command.name] += command.by;
      return result;
    });
  }

  simulated_unit_of_work<counting_ports, memory_counters> unit_of_work;
  messagebus::bus<counting_ports> bus;
};

void file_and_log_agree(counting_with_a_file& /*application*/, message_log& log) {
  for (const auto& [name, value] : values_by_log(log)) EXPECT_EQ(file[name], value) << name;
}

TEST(wrong_code, T5_state_that_is_written_outside_of_the_transaction_is_found) {
  scenario<counting_with_a_file> test;
  test.given(add_counter{"a"});
  test.when(count{"a", 2});
  test.crash_at(every_step);
  const explored done = test.tried([](auto& application, message_log& log) {
    file_and_log_agree(application, log);
    file.clear();
  });
  expect_found(done, "file[name]");
}

/// A bus that says the contrary of what became of the message.
template <bool TellsFailed>
struct lying_bus {
  counting_bus bus;

  template <class... Arguments>
  task<> async_execute(unit_of_work<counting_ports>& unit_of_work, Arguments&... arguments) {
    bool is_kept = true;
    try {
      static_cast<void>(co_await bus.async_execute(unit_of_work, arguments...));
    } catch (const commit_outcome_unknown_error&) {
      throw;
    } catch (const error&) {
      is_kept = false;
    }
    if (is_kept && TellsFailed) throw std::runtime_error("answering has failed");
  }
};

template <bool TellsFailed>
struct lying_counting {
  explicit lying_counting(simulated_database& database) : unit_of_work(database) {}

  simulated_unit_of_work<counting_ports, memory_counters> unit_of_work;
  lying_bus<TellsFailed> bus;
};

template <bool TellsFailed>
explored asked_of_a_liar() {
  scenario<lying_counting<TellsFailed>> test;
  test.when(add_counter{"a"});
  test.fail_at("commit");
  return test.tried([](auto& /*application*/, message_log& /*log*/) {});
}

TEST(wrong_code, T5_a_failure_that_is_reported_as_done_is_found) {
  expect_found(asked_of_a_liar<false>(), "was reported as kept, and is in the log 0 times");
}

TEST(wrong_code, T5_what_is_done_and_reported_as_failed_is_found) {
  expect_found(asked_of_a_liar<true>(), "was reported as failed, and is in the log");
}

/// What a client does that sends until it hears that it was done, as a new message each time.
task<> count_until_told(counting_bus& bus, unit_of_work<counting_ports>& unit_of_work, bool asks) {
  envelope<count> sent{{}, count{"a", 1}};
  for (int tries = 0; tries < 10; ++tries) {
    if (!asks) sent.header = {};
    try {
      const bool is_there =
          asks && tries > 0 && co_await unit_of_work.has_message(sent.header.message_id);
      if (!is_there) static_cast<void>(co_await bus.async_execute(unit_of_work, sent));
      co_return;
    } catch (const error&) {
      continue;
    }
  }
}

explored retry_of_ones_own(bool asks) {
  exploration what;
  what.chosen = {{{fault::lost_answer, fault::busy}, every_step}};
  return explore(what, [asks](simulation& simulation) {
    simulated_database database(simulation);
    simulated_unit_of_work<counting_ports, memory_counters> unit_of_work(database);
    counting_bus bus;
    {
      const auto calm = simulation.without_faults();
      bus.execute(unit_of_work, add_counter{"a"});
    }
    simulation.start("service", [&] { return count_until_told(bus, unit_of_work, asks); });
    simulation.run();
    const auto calm = simulation.without_faults();
    EXPECT_EQ(value_of(unit_of_work, "a"), 1);
  });
}

TEST(wrong_code, T9_a_retry_that_does_not_ask_the_log_is_found) {
  expect_found(retry_of_ones_own(false), "value_of(unit_of_work, \"a\")");
  EXPECT_TRUE(retry_of_ones_own(true));
}

/// A consumer that acts on the messages of a log, each in `acted_on`, and remembers how far it
/// came. What it keeps outlasts a crash.
struct consumer {
  position checkpoint{0};
  std::vector<uuid> acted_on;

  enum class way { saves_first, acts_first, both_at_once };

  task<> run(simulation& simulation, message_log& log, way chosen) {
    log_page page(2);
    log_query query;
    query.after = checkpoint;
    do {
      co_await log.read_page(query, page);
      query.after = page.read_to();
      if (chosen == way::saves_first) co_await save(simulation, page);
      if (chosen != way::both_at_once) {
        for (const auto& message : page.messages()) {
          co_await simulation.async_step("act", crash_only);
          acted_on.push_back(message.message_id);
        }
      }
      if (chosen == way::acts_first) co_await save(simulation, page);
      if (chosen == way::both_at_once) co_await act_and_save(simulation, page);
    } while (!page.is_last());
  }

 private:
  static constexpr fault_set crash_only{fault::crash};

  task<> save(simulation& simulation, const log_page& page) {
    co_await simulation.async_step("save the checkpoint", crash_only);
    checkpoint = page.read_to();
  }

  task<> act_and_save(simulation& simulation, const log_page& page) {
    co_await simulation.async_step("act and save in one transaction", crash_only);
    for (const auto& message : page.messages()) acted_on.push_back(message.message_id);
    checkpoint = page.read_to();
  }
};

explored consuming(consumer::way chosen) {
  exploration what;
  what.chosen = {{{fault::crash}, every_step}};
  return explore(what, [chosen](simulation& simulation) {
    simulated_database database(simulation);
    simulated_unit_of_work<counting_ports, memory_counters> unit_of_work(database);
    counting_bus bus;
    {
      const auto calm = simulation.without_faults();
      for (const char* name : {"a", "b", "c"}) bus.execute(unit_of_work, add_counter{name});
    }
    consumer consumer;
    for (int life = 0; life < 2; ++life) {
      simulation.restart("consumer");
      // A process's own reader: gone with it.
      const std::shared_ptr<message_log> log = database.open_log();
      simulation.start("consumer", [&consumer, &simulation, log, chosen] {
        return consumer.run(simulation, *log, chosen);
      });
      simulation.run();
    }
    const auto calm = simulation.without_faults();
    EXPECT_EQ(consumer.acted_on.size(), 6U);
    EXPECT_TRUE(has_seen_all(consumer.acted_on, *database.open_log()));
  });
}

TEST(wrong_code, E5_a_consumer_that_saves_its_checkpoint_before_it_acts_is_found) {
  expect_found(consuming(consumer::way::saves_first), "consumer.acted_on.size()");
}

TEST(wrong_code, E5_a_consumer_that_acts_before_it_saves_its_checkpoint_is_found) {
  expect_found(consuming(consumer::way::acts_first), "saw one twice");
}

TEST(wrong_code, E5_a_consumer_that_does_both_at_once_passes) {
  EXPECT_TRUE(consuming(consumer::way::both_at_once));
}

}  // namespace
}  // namespace messagebus::testing
