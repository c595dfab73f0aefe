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

TEST_F(dropping, B11_ends_the_statement_on_the_server) {
  const auto sleeping = [&]() -> task<> {
    postgresql::session asking(database, co_await database.lease());
    co_await asking.query("SELECT pg_sleep(100) AS dropped_with_its_loop");
  };
  postgresql::database blocking(schema.address(), schema.options());
  const auto is_asleep = [&] {
    postgresql::session looking(blocking);
    const auto found =
        sync_wait(looking.query("SELECT 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND "
                                "state = 'active' AND query LIKE '%dropped_with_its_loop'"));
    return !found.empty();
  };
  drop_when(sleeping(), is_asleep);
  const auto began = std::chrono::steady_clock::now();
  while (is_asleep() && std::chrono::steady_clock::now() - began < 10s) {
  }
  EXPECT_FALSE(is_asleep()) << "it would sleep on until its end";
  EXPECT_NO_THROW(const postgresql::session next(database));
}

}  // namespace
}  // namespace messagebus::asio
