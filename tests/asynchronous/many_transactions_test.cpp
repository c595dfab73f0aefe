// Many transactions on few threads.

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <messagebus/asio/async_execute.hpp>
#include <messagebus/asio/socket_waiter.hpp>
#include <messagebus/testing/print_messages.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <thread>
#include <vector>

#include "async_counters.hpp"
#include "loop_threads.hpp"

namespace messagebus::asio {
namespace {

using testing::add_counter;
using testing::counting;

struct sleeping_ports {
  postgresql::session& session;
};
using sleeping_transaction = transaction<sleeping_ports>;

/// Gives handlers the session itself.
class session_itself {
 public:
  explicit session_itself(postgresql::session& session) noexcept : session_(session) {}
  // NOLINTNEXTLINE(google-explicit-constructor): it fills the member of the ports
  operator postgresql::session&() const noexcept { return session_; }

 private:
  postgresql::session& session_;
};

class many_transactions : public ::testing::Test {
 protected:
  postgresql::database_options options(socket_waiter& waiter) {
    auto made = schema.options();
    made.connections_max = 50;
    made.connection_wait_max = std::chrono::seconds(60);
    made.waiter = &waiter;
    return made;
  }

  postgresql::test_schema schema;
};

TEST_F(many_transactions, B11_one_thread_has_fifty_asleep_in_the_database_at_once) {
  constexpr int transactions = 50;
  loop_threads loop;
  socket_waiter waiter(loop.executor());
  postgresql::database database(schema.address(), options(waiter));
  postgresql::unit_of_work<sleeping_ports, session_itself> unit_of_work(database);
  int asleep = 0;  // all on one thread
  int asleep_at_once = 0;
  std::vector<std::future<std::thread::id>> ended;
  for (int i = 0; i < transactions; ++i) {
    const auto body = [&](sleeping_transaction& transaction) -> task<std::thread::id> {
      asleep_at_once = std::max(asleep_at_once, ++asleep);
      co_await transaction->session.query("SELECT pg_sleep(0.2)");
      --asleep;
      co_await transaction.async_rollback();
      co_return std::this_thread::get_id();
    };
    ended.push_back(async_transact(
        unit_of_work, body, boost::asio::bind_executor(loop.executor(), boost::asio::use_future)));
  }
  const std::thread::id thread = ended.front().get();
  for (std::size_t i = 1; i < ended.size(); ++i) EXPECT_EQ(ended[i].get(), thread);
  // Connections are made one after the other, so the first wake up before the last fall asleep.
  EXPECT_GT(asleep_at_once, 5);
}

TEST_F(many_transactions, B10_four_threads_and_strands_lose_nothing) {
  constexpr int callers = 32;
  constexpr int counts = 10;
  loop_threads loop(4);
  socket_waiter waiter(loop.executor());
  auto with_few_connections = options(waiter);
  with_few_connections.connections_max = 8;
  with_few_connections.connection_wait_max = std::chrono::minutes(2);  // sanitizers are slow
  postgresql::database database(schema.address(), with_few_connections);
  postgresql::async_counters::make_table(database, schema);
  postgresql::async_counting_unit_of_work unit_of_work(database);
  testing::async_counting_bus bus;
  std::vector<std::future<void>> ended;
  // The coroutines refer to it until they end.
  const auto work = [&](std::string name) -> boost::asio::awaitable<void> {
    const add_counter adding{name};
    co_await async_execute(bus, unit_of_work, adding, boost::asio::use_awaitable);
    const testing::count one{name};
    for (int i = 0; i < counts; ++i) {
      EXPECT_EQ(co_await async_execute(bus, unit_of_work, one, boost::asio::use_awaitable),
                counting::done);
    }
  };
  for (int caller = 0; caller < callers; ++caller) {
    ended.push_back(boost::asio::co_spawn(boost::asio::make_strand(loop.executor()),
                                          work("of " + std::to_string(caller)),
                                          boost::asio::use_future));
  }
  for (auto& each : ended) each.get();
  EXPECT_EQ(testing::read_all(*database.open_log()).size(), callers * (2 + 2 * counts));
}

}  // namespace
}  // namespace messagebus::asio
