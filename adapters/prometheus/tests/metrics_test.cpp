#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <memory>
#include <messagebus/memory/unit_of_work.hpp>
#include <messagebus/prometheus/metrics.hpp>
#include <messagebus/testing/counting.hpp>
#include <string>
#include <thread>
#include <vector>

namespace messagebus::testing {
namespace {

class forgetful_counters final : public counter_repository, public repository<counter> {
 public:
  counter* add(counter added) override { return &see(std::move(added)); }
  counter* load(const std::string& name) override { return &see({.name = name}); }
  void save(counter& /*changed*/) override {}
};

struct renamed_counter {
  static constexpr auto schema = event("counter_renamed", 2);
  std::string name;
};
BOOST_DESCRIBE_STRUCT(renamed_counter, (), (name))

class metrics_test : public ::testing::Test {
 protected:
  std::string exposed() { return ::prometheus::TextSerializer().Serialize(registry->Collect()); }

  void expect_line(const std::string& line) {
    EXPECT_NE(exposed().find("\n" + line + "\n"), std::string::npos) << line << "\nis not in\n"
                                                                     << exposed();
  }

  std::shared_ptr<::prometheus::Registry> registry = std::make_shared<::prometheus::Registry>();
  prometheus::metrics metrics{registry};
  memory::database database;
  memory::unit_of_work<counting_ports, forgetful_counters> unit_of_work{database,
                                                                        {.metrics = &metrics}};
  counting_bus bus;
};

TEST_F(metrics_test, O1_counts_what_was_committed) {
  bus.execute(unit_of_work, add_counter{"a"});
  expect_line("messagebus_transactions_started_total 1");
  expect_line("messagebus_transactions_in_progress 0");
  expect_line("messagebus_transactions_failed_total 0");
  expect_line("messagebus_transactions_closed_total{status=\"committed\"} 1");
  expect_line("messagebus_messages_processed_total{name=\"add_counter\",version=\"1\"} 1");
  expect_line("messagebus_messages_processed_total{name=\"counter_added\",version=\"1\"} 1");
  expect_line("messagebus_command_processing_seconds_count{name=\"add_counter\",version=\"1\"} 1");
  expect_line(
      "messagebus_command_processing_seconds_bucket{name=\"add_counter\",version=\"1\",le=\"0.01\"}"
      " 1");
  EXPECT_NE(exposed().find("le=\"5.12\""), std::string::npos) << exposed();
  EXPECT_EQ(exposed().find("le=\"10.24\""), std::string::npos) << exposed();
}

TEST_F(metrics_test, O1_an_error_counts_as_failed_and_as_rolledback) {
  EXPECT_THROW(bus.execute(unit_of_work, count_and_fail{"a"}), counting_failure);
  expect_line("messagebus_transactions_failed_total 1");
  expect_line("messagebus_transactions_closed_total{status=\"rolledback\"} 1");
  expect_line("messagebus_transactions_in_progress 0");
}

TEST_F(metrics_test, O1_a_transaction_is_in_progress_until_it_is_closed) {
  auto transaction = unit_of_work.begin();
  expect_line("messagebus_transactions_in_progress 1");
  transaction.rollback();
  transaction.close();
  expect_line("messagebus_transactions_in_progress 0");
  expect_line("messagebus_transactions_failed_total 0");
  expect_line("messagebus_transactions_closed_total{status=\"rolledback\"} 1");
}

TEST_F(metrics_test, O1_a_commit_of_unknown_outcome_is_counted_as_neither) {
  metrics.transaction_started();
  metrics.transaction_closed(transaction_state::closed);
  expect_line("messagebus_transactions_in_progress 0");
  expect_line("messagebus_transactions_closed_total{status=\"closed\"} 1");
  expect_line("messagebus_transactions_closed_total{status=\"committed\"} 0");
  expect_line("messagebus_transactions_closed_total{status=\"rolledback\"} 0");
}

TEST_F(metrics_test, O1_M5_versions_of_one_name_are_counted_apart) {
  metrics.message_processed(message_type_of<renamed_counter>);
  expect_line("messagebus_messages_processed_total{name=\"counter_renamed\",version=\"2\"} 1");
}

TEST_F(metrics_test, O1_two_on_one_registry_count_together) {
  prometheus::metrics second{registry};
  second.transaction_started();
  metrics.transaction_started();
  expect_line("messagebus_transactions_started_total 2");
}

TEST_F(metrics_test, O1_counts_from_many_threads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) bus.execute(unit_of_work, add_counter{"a"});
    });
  }
  for (std::thread& thread : threads) thread.join();
  expect_line("messagebus_messages_processed_total{name=\"counter_added\",version=\"1\"} 400");
  expect_line("messagebus_transactions_closed_total{status=\"committed\"} 400");
}

}  // namespace
}  // namespace messagebus::testing
