// An operation that is cancelled while it waits for the database.

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <functional>
#include <messagebus/asio/async_execute.hpp>
#include <messagebus/asio/run_loop.hpp>
#include <messagebus/asio/socket_waiter.hpp>
#include <messagebus/domain/error.hpp>
#include <messagebus/testing/print_messages.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <string>
#include <thread>

#include "async_counters.hpp"

namespace messagebus::asio {
namespace {

using testing::add_counter;
using testing::async_counting_transaction;

class cancelling : public ::testing::Test {
 protected:
  cancelling() { postgresql::async_counters::make_table(database, schema); }

  /// Runs the body in a transaction, and cancels that where the body asks for it.
  std::exception_ptr run(std::function<task<>(async_counting_transaction&)> body) {
    std::exception_ptr error;
    async_transact(unit_of_work, std::move(body),
                   boost::asio::bind_executor(context.get_executor(),
                                              boost::asio::bind_cancellation_slot(
                                                  signal.slot(), [&](std::exception_ptr failed) {
                                                    error = std::move(failed);
                                                  })));
    context.restart();
    run_loop(context);
    return error;
  }

  void cancel_soon() {
    boost::asio::post(context, [this] { signal.emit(boost::asio::cancellation_type::terminal); });
  }

  postgresql::database_options options() {
    auto made = schema.options();
    made.connections_max = 1;
    made.waiter = &waiter;
    return made;
  }

  std::size_t logged() { return testing::read_all(*database.open_log()).size(); }

  postgresql::test_schema schema;
  boost::asio::io_context context;
  boost::asio::cancellation_signal signal;
  socket_waiter waiter{context.get_executor()};
  postgresql::database database{schema.address(), options()};
  postgresql::async_counting_unit_of_work unit_of_work{database};
  testing::async_counting_bus bus;
};

void expect_cancelled(const std::exception_ptr& failed) {
  ASSERT_TRUE(failed);
  try {
    std::rethrow_exception(failed);
  } catch (const error& known) {
    EXPECT_EQ(known.code(), errc::cancelled) << known.what();
  }
}

TEST_F(cancelling, T3_B11_rolls_back_and_says_so) {
  const add_counter adding{"a"};
  expect_cancelled(run([&](async_counting_transaction& transaction) -> task<> {
    co_await bus.async_handle(adding, transaction);
    cancel_soon();
    while (true) co_await transaction->counters.load("nobody");
  }));
  EXPECT_EQ(logged(), 0);
  // The place in the pool is free again.
  EXPECT_EQ(sync_wait(bus.async_execute(unit_of_work, adding)), testing::counting::done);
  EXPECT_EQ(logged(), 2);
}

TEST_F(cancelling, T3_B11_whoever_goes_on_regardless_cannot_commit) {
  const add_counter adding{"a"};
  bool was_cancelled = false;
  const std::exception_ptr failed = run([&](async_counting_transaction& transaction) -> task<> {
    co_await bus.async_handle(adding, transaction);
    cancel_soon();
    try {
      while (true) co_await transaction->counters.load("nobody");
    } catch (const error& cancelled) {
      was_cancelled = cancelled.code() == errc::cancelled;
    }
    co_await transaction.async_commit();
  });
  EXPECT_TRUE(was_cancelled);
  ASSERT_TRUE(failed);
  try {
    std::rethrow_exception(failed);
  } catch (const error& known) {
    EXPECT_EQ(known.code(), errc::storage) << known.what();
    EXPECT_NE(std::string(known.what()).find("nothing of it was kept"), std::string::npos);
  }
  EXPECT_EQ(logged(), 0);
}

TEST_F(cancelling, B11_ends_the_statement_on_the_server_too) {
  postgresql::database blocking(schema.address(), schema.options());
  postgresql::session stranger(blocking);
  sync_wait(stranger.execute("LOCK TABLE " + postgresql::async_counters::table));
  const auto waits_for_lock = [&] {
    const std::string sql = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = '" +
                            postgresql::async_counters::table + "'::regclass";
    const auto found = sync_wait(stranger.query(sql));
    return !found.empty();
  };
  std::jthread cancelling_when_it_waits([&] {
    while (!waits_for_lock()) {
    }
    cancel_soon();
  });
  expect_cancelled(run([](async_counting_transaction& transaction) -> task<> {
    co_await transaction->counters.load("a");
  }));
  cancelling_when_it_waits.join();
  const auto began = std::chrono::steady_clock::now();
  while (waits_for_lock() && std::chrono::steady_clock::now() - began < std::chrono::seconds(10)) {
  }
  EXPECT_FALSE(waits_for_lock()) << "it would run on until its end";
}

TEST_F(cancelling, B11_ends_the_wait_for_a_connection) {
  auto holding = unit_of_work.begin();
  cancel_soon();
  expect_cancelled(run([](async_counting_transaction&) -> task<> { co_return; }));
  holding.rollback();
  EXPECT_FALSE(run([](async_counting_transaction& transaction) -> task<> {
    co_await transaction.async_rollback();
  }));
}

TEST_F(cancelling, T9_B11_does_not_disturb_a_commit) {
  const add_counter adding{"a"};
  const std::exception_ptr failed = run([&](async_counting_transaction& transaction) -> task<> {
    co_await bus.async_handle(adding, transaction);
    cancel_soon();
    co_await transaction.async_commit();
  });
  EXPECT_FALSE(failed);
  EXPECT_EQ(logged(), 2);
}

}  // namespace
}  // namespace messagebus::asio
