// Operations that are dropped, with their event loop, while they wait for the database.

#include <gtest/gtest.h>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <messagebus/asio/async_run.hpp>
#include <messagebus/asio/socket_waiter.hpp>
#include <messagebus/async/sync_wait.hpp>
#include <messagebus/postgresql/leased_connection.hpp>
#include <messagebus/postgresql/session.hpp>
#include <optional>
#include <string>

#include "test_database.hpp"

namespace messagebus::asio {
namespace {

using namespace std::chrono_literals;

class dropping : public ::testing::Test {
 protected:
  /// Runs the task until that is so, and destroys the event loop.
  void drop_when(task<> work, const std::function<bool()>& is_far_enough) {
    async_run(std::move(work), boost::asio::bind_executor(context->get_executor(),
                                                          [](const std::exception_ptr& /*failed*/) {
                                                            ADD_FAILURE() << "it did not wait";
                                                          }));
    // One step at a time: where an answer comes at once, the task would end within the first.
    do {
      context->poll_one();
    } while (!is_far_enough());
    context.reset();
  }

  /// Looks over a connection that does not need the event loop.
  bool is_running(const std::string& end_of_statement) const {
    postgresql::database blocking(schema.address(), schema.options());
    postgresql::session looking(blocking);
    const auto found =
        sync_wait(looking.query("SELECT 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "
                                "state = 'active' AND query LIKE $1",
                                "%" + end_of_statement));
    return !found.empty();
  }

  postgresql::database_options options() {
    auto made = schema.options();
    made.connections_max = 1;
    made.connection_wait_max = 100ms;
    made.idle_check_after = 0ms;
    made.waiter = &waiter;
    return made;
  }

  postgresql::test_schema schema;
  std::optional<boost::asio::io_context> context{std::in_place};
  socket_waiter waiter{context->get_executor()};
  postgresql::database database{schema.address(), options()};
};

TEST_F(dropping, B11_gives_up_the_place_of_a_connection_that_was_asked_for_a_sign_of_life) {
  const auto lease = [&]() -> task<> { co_await database.lease(); };
  drop_when(lease(), [] { return true; });
  EXPECT_NO_THROW(const postgresql::session next(database));
}

TEST_F(dropping, B11_leaves_the_line_for_a_connection) {
  std::optional<postgresql::session> holding(std::in_place, database);
  const auto lease = [&]() -> task<> { co_await database.lease(); };
  drop_when(lease(), [] { return true; });
  holding.reset();
  EXPECT_NO_THROW(const postgresql::session next(database));
}

TEST_F(dropping, B11_gives_back_a_connection_that_it_was_handed_and_has_not_taken) {
  std::optional<postgresql::session> holding(std::in_place, database);
  const auto lease = [&]() -> task<> { co_await database.lease(); };
  drop_when(lease(), [&] {
    holding.reset();
    return true;
  });
  EXPECT_NO_THROW(const postgresql::session next(database));
}

TEST_F(dropping, B11_ends_the_statement_on_the_server) {
  const auto sleeping = [&]() -> task<> {
    postgresql::session asking(database, co_await database.lease());
    co_await asking.query("SELECT pg_sleep(100) AS dropped_with_its_loop");
  };
  const auto is_asleep = [this] { return is_running("dropped_with_its_loop"); };
  drop_when(sleeping(), is_asleep);
  const auto began = std::chrono::steady_clock::now();
  while (is_asleep() && std::chrono::steady_clock::now() - began < 10s) {
  }
  EXPECT_FALSE(is_asleep()) << "it would sleep on until its end";
  EXPECT_NO_THROW(const postgresql::session next(database));
}

TEST_F(dropping, B11_leaves_a_session_that_outlives_its_statement_without_use) {
  std::optional<postgresql::session> asking;
  const auto sleeping = [&]() -> task<> {
    asking.emplace(database, co_await database.lease());
    co_await asking->query("SELECT pg_sleep(100) AS dropped_by_its_session");
  };
  drop_when(sleeping(), [this] { return is_running("dropped_by_its_session"); });
  try {
    sync_wait(asking->query("SELECT 1"));
    ADD_FAILURE() << "it took the answer of the statement before";
  } catch (const error& refused) {
    EXPECT_EQ(refused.code(), errc::storage_unavailable);
    EXPECT_NE(std::string(refused.what()).find("dropped half done"), std::string::npos)
        << refused.what();
  }
  asking.reset();
  EXPECT_NO_THROW(const postgresql::session next(database));
}

}  // namespace
}  // namespace messagebus::asio
