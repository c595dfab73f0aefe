#include <gtest/gtest.h>

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <messagebus/asio/async_execute.hpp>
#include <messagebus/memory/unit_of_work.hpp>
#include <messagebus/testing/counting.hpp>
#include <string>
#include <utility>
#include <vector>

#include "loop_threads.hpp"

namespace messagebus::asio {
namespace {

using testing::add_counter;
using testing::count;
using testing::count_and_fail;
using testing::counting;
using testing::counting_transaction;

class memory_counters final : public testing::counter_repository,
                              public repository<testing::counter> {
 public:
  explicit memory_counters(memory::session& session)
      : table_(session.table<std::string, testing::counter>("counters")) {}

  testing::counter* add(testing::counter added) override {
    if (!table_.insert(added.name, state_of(added))) return nullptr;
    return &see(std::move(added));
  }
  testing::counter* load(const std::string& name) override {
    if (auto* seen = find_seen([&](const auto& model) { return model.name == name; })) return seen;
    const auto* found = table_.find(name);
    return found == nullptr ? nullptr : &see(*found);
  }
  void save(testing::counter& changed) override { table_.put(changed.name, state_of(changed)); }

 private:
  memory::table<std::string, testing::counter>& table_;
};

class completion_token : public ::testing::Test {
 protected:
  using unit_of_work_type = memory::unit_of_work<testing::counting_ports, memory_counters>;

  memory::database database;
  unit_of_work_type unit_of_work{database};
  testing::counting_bus bus;
  loop_threads loop;
};

TEST_F(completion_token, B11_use_awaitable) {
  const auto work = [&]() -> boost::asio::awaitable<std::string> {
    using boost::asio::use_awaitable;
    // Named first: GCC 12 spoils an aggregate that is made inside a co_await expression.
    const add_counter adding{"a"};
    const count_and_fail failing{"a"};
    EXPECT_EQ(co_await async_execute(bus, unit_of_work, adding, use_awaitable), counting::done);
    EXPECT_EQ(co_await async_execute(bus, unit_of_work, adding, use_awaitable),
              counting::exists_already);
    try {
      co_await async_execute(bus, unit_of_work, failing, use_awaitable);
    } catch (const testing::counting_failure& failed) {
      co_return failed.what();
    }
    co_return "";
  };
  auto said = boost::asio::co_spawn(loop.executor(), work(), boost::asio::use_future).get();
  EXPECT_NE(said.find("as it was asked to"), std::string::npos);
}

TEST_F(completion_token, B11_use_future) {
  EXPECT_EQ(async_execute(bus, unit_of_work, add_counter{"a"}, boost::asio::use_future).get(),
            counting::done);
  auto failing = async_execute(bus, unit_of_work, count_and_fail{"a"}, boost::asio::use_future);
  EXPECT_THROW(failing.get(), testing::counting_failure);
}

TEST_F(completion_token, B11_deferred_begins_when_it_is_started) {
  auto adding = async_execute(bus, unit_of_work, add_counter{"a"}, boost::asio::deferred);
  EXPECT_EQ(bus.execute(unit_of_work, count{"a"}), counting::does_not_exist);
  EXPECT_EQ(std::move(adding)(boost::asio::use_future).get(), counting::done);
  EXPECT_EQ(bus.execute(unit_of_work, count{"a"}), counting::done);
}

TEST_F(completion_token, B11_a_callback_is_called_on_its_executor) {
  auto strand = boost::asio::make_strand(loop.executor());
  std::promise<counting> told;
  async_execute(
      bus, unit_of_work, add_counter{"a"},
      boost::asio::bind_executor(strand, [&](const std::exception_ptr& failed, counting outcome) {
        EXPECT_FALSE(failed);
        EXPECT_TRUE(runs_in(strand));
        told.set_value(outcome);
      }));
  EXPECT_EQ(told.get_future().get(), counting::done);
}

TEST_F(completion_token, B11_a_transaction_that_goes_on) {
  const auto body = [&](counting_transaction& transaction) -> task<counting> {
    const add_counter adding{"a"};
    const counting added = co_await bus.async_handle(adding, transaction);
    co_await transaction.async_commit();
    co_return added;
  };
  EXPECT_EQ(async_transact(unit_of_work, body, boost::asio::use_future).get(), counting::done);
  auto transaction = unit_of_work.begin();
  EXPECT_EQ(async_handle(bus, count{"a"}, transaction, boost::asio::use_future).get(),
            counting::done);
  transaction.commit();
}

/// Counts what is taken and given back.
template <class T>
struct counting_allocator {
  using value_type = T;
  int* taken;
  explicit counting_allocator(int& count) noexcept : taken(&count) {}
  template <class U>
  explicit counting_allocator(const counting_allocator<U>& other) noexcept : taken(other.taken) {}
  T* allocate(std::size_t count) {
    ++*taken;
    return std::allocator<T>().allocate(count);
  }
  void deallocate(T* memory, std::size_t count) noexcept {
    --*taken;
    std::allocator<T>().deallocate(memory, count);
  }
  bool operator==(const counting_allocator&) const = default;
};

TEST_F(completion_token, B11_memory_comes_from_its_allocator_and_is_free_when_it_is_called) {
  int taken = 0;
  std::promise<int> taken_at_the_end;
  boost::asio::io_context context;
  async_execute(bus, unit_of_work, add_counter{"a"},
                boost::asio::bind_executor(
                    context.get_executor(),
                    boost::asio::bind_allocator(counting_allocator<std::byte>(taken),
                                                [&](const std::exception_ptr&, counting) {
                                                  taken_at_the_end.set_value(taken);
                                                })));
  EXPECT_EQ(taken, 1);
  context.run();
  EXPECT_EQ(taken_at_the_end.get_future().get(), 0);
}

}  // namespace
}  // namespace messagebus::asio
