// An operation that is cancelled, or dropped with its event loop, at each point where it can be.

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <messagebus/asio/async_execute.hpp>
#include <messagebus/asio/run_loop.hpp>
#include <messagebus/asio/socket_waiter.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/testing/print_messages.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <optional>
#include <string>

#include "async_counters.hpp"

namespace messagebus::asio {
namespace {

using namespace std::chrono_literals;
using boost::asio::cancellation_type;
using testing::add_counter;
using testing::counting;

/// How the operation of one round ended.
struct ending {
  bool is_told = false;
  bool is_kept = false;
  std::string error;
};

class every_point : public ::testing::Test {
 protected:
  every_point() { postgresql::async_counters::make_table(blocking, schema); }

  postgresql::database_options options(socket_waiter& waiter) {
    auto made = schema.options();
    made.connections_max = 1;
    made.connection_wait_max = 5s;
    made.idle_check_after = 0ms;  // one wait more
    made.waiter = &waiter;
    return made;
  }

  static void note(ending& told, const std::exception_ptr& failed, counting result) {
    told.is_told = true;
    try {
      if (failed) std::rethrow_exception(failed);
      told.is_kept = result == counting::done;
    } catch (const error& known) {
      told.error = known.what();
      EXPECT_EQ(known.code(), errc::cancelled) << known.what();
    }
  }

  std::size_t logged() { return testing::read_all(*blocking.open_log()).size(); }

  postgresql::test_schema schema;
  postgresql::database blocking{schema.address(), schema.options()};
  testing::async_counting_bus bus;
};

TEST_F(every_point, T3_T9_B11_what_is_cancelled_there_is_kept_or_not_as_its_caller_is_told) {
  boost::asio::io_context context;
  socket_waiter waiter(context.get_executor());
  postgresql::database database(schema.address(), options(waiter));
  postgresql::async_counting_unit_of_work unit_of_work(database, {.retry = {.attempts_max = 2}});
  constexpr std::array kinds{cancellation_type::terminal, cancellation_type::partial,
                             cancellation_type::total};
  std::size_t kept = 0;
  int cancelled = 0;
  bool is_through = false;
  for (std::size_t steps = 0; !is_through; ++steps) {
    boost::asio::cancellation_signal signal;
    ending told;
    const add_counter adding{"after " + std::to_string(steps)};
    async_execute(bus, unit_of_work, adding,
                  boost::asio::bind_executor(
                      context.get_executor(),
                      boost::asio::bind_cancellation_slot(
                          signal.slot(), [&](const std::exception_ptr& failed, counting result) {
                            note(told, failed, result);
                          })));
    context.restart();
    for (std::size_t i = 0; i < steps && !told.is_told; ++i) context.run_one();
    is_through = told.is_told;
    signal.emit(kinds[steps % kinds.size()]);
    run_loop(context);
    ASSERT_TRUE(told.is_told);
    if (told.is_kept) {
      kept += 2;
    } else {
      ++cancelled;
    }
    ASSERT_EQ(logged(), kept) << steps << " steps: " << told.error;
  }
  EXPECT_GT(cancelled, 3);
}

TEST_F(every_point, T3_B11_what_is_dropped_there_is_kept_as_a_whole_or_not_at_all) {
  std::size_t points = 0;
  for (bool is_through = false; !is_through; ++points) {
    std::optional<boost::asio::io_context> context(std::in_place);
    socket_waiter waiter(context->get_executor());
    postgresql::database database(schema.address(), options(waiter));
    postgresql::async_counting_unit_of_work unit_of_work(database, {.on_error = nullptr});
    const std::size_t before = logged();
    ending told;
    const add_counter adding{"after " + std::to_string(points)};
    async_execute(bus, unit_of_work, adding,
                  boost::asio::bind_executor(context->get_executor(),
                                             [&](const std::exception_ptr& failed,
                                                 counting result) { note(told, failed, result); }));
    for (std::size_t i = 0; i < points && !told.is_told; ++i) context->run_one();
    is_through = told.is_told;
    context.reset();
    // The place in the pool is free, and nothing holds a lock.
    ASSERT_EQ(sync_wait(bus.async_execute(unit_of_work, add_counter{"behind " + adding.name})),
              counting::done);
    const std::size_t written = logged() - before - 2;
    EXPECT_TRUE(written == 0 || written == 2) << written << " after " << points;
  }
  EXPECT_GT(points, 4);
}

}  // namespace
}  // namespace messagebus::asio
