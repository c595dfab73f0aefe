// A session without a unit of work: used by two operations at once, and cancelled.

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <exception>
#include <messagebus/asio/async_run.hpp>
#include <messagebus/asio/socket_waiter.hpp>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/postgresql/leased_connection.hpp>
#include <messagebus/postgresql/session.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <string>
#include <utility>

#include "test_database.hpp"

namespace messagebus::asio {
namespace {

class one_session : public ::testing::Test {
 protected:
  /// Runs both at the same time, and tells how each failed.
  std::pair<std::string, std::string> run_both(task<> first, task<> second) {
    std::pair<std::string, std::string> said;
    const auto into = [this](std::string& text) {
      const auto ended = [&text](const std::exception_ptr& failed) {
        try {
          if (failed) std::rethrow_exception(failed);
        } catch (const error& reason) {
          text = reason.what();
        }
      };
      return boost::asio::bind_executor(context.get_executor(), ended);
    };
    async_run(std::move(first), into(said.first));
    async_run(std::move(second), into(said.second));
    context.run();
    context.restart();
    return said;
  }

  postgresql::database_options options() {
    auto made = schema.options();
    made.waiter = &waiter;
    return made;
  }

  postgresql::test_schema schema;
  boost::asio::io_context context{1};
  socket_waiter waiter{context.get_executor()};
  postgresql::database database{schema.address(), options()};
};

TEST_F(one_session, B11_reports_nothing_as_done_when_statements_meet_on_it) {
  postgresql::session shared(database);
  const auto asking = [&](const char* sql) -> task<> { co_await shared.query(sql); };
  const auto [first, second] = run_both(asking("SELECT pg_sleep(0.2)"), asking("SELECT 1"));
  EXPECT_NE(first, "");
  EXPECT_NE(second.find("await one before the next"), std::string::npos) << second;
  EXPECT_THROW(sync_wait(shared.commit()), error);
}

TEST_F(one_session, T9_B11_does_not_report_a_commit_that_a_statement_has_met) {
  postgresql::session shared(database);
  shared.defer("SELECT pg_sleep(0.2)");
  shared.store().add(testing::sample_message());
  const auto asking = [&]() -> task<> { co_await shared.query("SELECT 1"); };
  const auto [commit, statement] = run_both(shared.commit(), asking());
  EXPECT_NE(commit, "");
  EXPECT_NE(statement, "");
}

TEST_F(one_session, T9_B11_is_not_cancelled_while_it_commits) {
  postgresql::session writing(database);
  writing.defer("SELECT pg_sleep(0.2)");
  writing.store().add(testing::sample_message());
  boost::asio::cancellation_signal cancelling;
  std::exception_ptr failed;
  const auto ended = [&](const std::exception_ptr& how) { failed = how; };
  async_run(writing.commit(),
            boost::asio::bind_cancellation_slot(
                cancelling.slot(), boost::asio::bind_executor(context.get_executor(), ended)));
  boost::asio::steady_timer soon(context, std::chrono::milliseconds(50));
  soon.async_wait([&](const boost::system::error_code&) {
    cancelling.emit(boost::asio::cancellation_type::terminal);
  });
  context.run();
  context.restart();
  EXPECT_FALSE(failed) << "it was told that nothing is kept";
  EXPECT_EQ(testing::read_all(*database.open_log()).size(), 1U);
}

}  // namespace
}  // namespace messagebus::asio
