// SQLite from an event loop: a worker blocks in its place.

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <messagebus/asio/async_execute.hpp>
#include <messagebus/sqlite/unit_of_work.hpp>
#include <messagebus/testing/counting.hpp>
#include <messagebus/testing/print_messages.hpp>
#include <messagebus/testing/sample_messages.hpp>
#include <string>
#include <temporary_folder.hpp>
#include <vector>

#include "loop_threads.hpp"

namespace messagebus::asio {
namespace {

using testing::add_counter;
using testing::counting;

class sqlite_counters final : public testing::counter_repository,
                              public repository<testing::counter> {
 public:
  explicit sqlite_counters(sqlite::session& session) : session_(session) {}

  testing::counter* add(testing::counter added) override {
    const auto inserted =
        session_.execute("INSERT INTO counter(name, value) VALUES(?, ?) ON CONFLICT DO NOTHING",
                         added.name, added.value);
    return inserted == 0 ? nullptr : &see(std::move(added));
  }
  testing::counter* load(const std::string& name) override {
    for (const auto& row : session_.query("SELECT value FROM counter WHERE name = ?", name)) {
      return &see({.name = name, .value = row.get<std::int64_t>(0)});
    }
    return nullptr;
  }
  void save(testing::counter& changed) override {
    session_.execute("UPDATE counter SET value = ? WHERE name = ?", changed.value, changed.name);
  }

 private:
  sqlite::session& session_;
};

class sqlite_worker : public ::testing::Test {
 protected:
  sqlite_worker() {
    database.write([](sqlite::session& session) {
      session.run_script("CREATE TABLE counter(name text PRIMARY KEY, value integer) STRICT");
    });
  }

  tests::temporary_folder folder;
  std::string file = folder / "worker.db";
  sqlite::database database{file, {.durability = sqlite::durability::off}};
  sqlite::unit_of_work<testing::counting_ports, sqlite_counters> unit_of_work{database};
  testing::counting_bus bus;
  loop_threads loop;
  blocking_worker worker{{.name = file}};
};

TEST_F(sqlite_worker, B11_many_coroutines_on_one_thread_lose_no_update) {
  constexpr int callers = 20;
  constexpr int counts = 10;
  EXPECT_EQ(bus.execute(unit_of_work, add_counter{"shared"}), counting::done);
  std::vector<std::future<void>> ended;
  const auto work = [&]() -> boost::asio::awaitable<void> {
    const testing::count one{"shared"};
    for (int i = 0; i < counts; ++i) {
      EXPECT_EQ(co_await async_execute(worker, bus, unit_of_work, one, boost::asio::use_awaitable),
                counting::done);
    }
  };
  for (int i = 0; i < callers; ++i) {
    ended.push_back(boost::asio::co_spawn(loop.executor(), work(), boost::asio::use_future));
  }
  for (auto& each : ended) each.get();
  const auto messages = testing::read_all(*database.open_log());
  ASSERT_EQ(messages.size(), 2 + 2 * callers * counts);
  EXPECT_EQ(messages.back().as<testing::counted>(), (testing::counted{"shared", callers * counts}));
}

TEST_F(sqlite_worker, B11_without_a_worker_it_is_refused_on_the_loop) {
  const auto work = [&]() -> boost::asio::awaitable<void> {
    const add_counter adding{"a"};
    co_await async_execute(bus, unit_of_work, adding, boost::asio::use_awaitable);
  };
  auto ended = boost::asio::co_spawn(loop.executor(), work(), boost::asio::use_future);
  EXPECT_THROW(ended.get(), usage_error);
}

}  // namespace
}  // namespace messagebus::asio
