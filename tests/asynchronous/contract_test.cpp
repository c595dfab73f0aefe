// The contract suites with an event loop that waits for PostgreSQL, and the asynchronous one where
// nothing waits or a thread does.

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/use_future.hpp>
#include <messagebus/asio/async_run.hpp>
#include <messagebus/asio/socket_waiter.hpp>
#include <messagebus/memory/unit_of_work.hpp>
#include <messagebus/testing/async_unit_of_work_contract.hpp>
#include <messagebus/testing/log_contract.hpp>
#include <messagebus/testing/store_contract.hpp>
#include <messagebus/testing/unit_of_work_contract.hpp>

#include "async_counters.hpp"
#include "counters.hpp"
#include "loop_threads.hpp"

namespace messagebus::testing {
namespace {

class memory_counters final : public async_counter_repository, public repository<counter> {
 public:
  explicit memory_counters(memory::session& session)
      : table_(session.table<std::string, counter>("counters")) {}

  task<counter*> add(counter added) override {
    if (!table_.insert(added.name, state_of(added))) co_return nullptr;
    co_return &see(std::move(added));
  }
  task<counter*> load(std::string name) override {
    auto* const seen = find_seen([&](const counter& model) { return model.name == name; });
    if (seen != nullptr) co_return seen;
    const counter* const stored = table_.find(name);
    co_return stored == nullptr ? nullptr : &see(*stored);
  }
  task<> save(counter& changed) override {
    table_.put(changed.name, state_of(changed));
    return {};
  }

 private:
  memory::table<std::string, counter>& table_;
};

class memory_fixture {
 public:
  static constexpr capabilities claims{.survives_reopen = false};

  auto& unit_of_work() { return unit_of_work_; }
  std::unique_ptr<message_log> open_log() { return database_.open_log(); }
  template <class T>
  T run(task<T> work) {
    return sync_wait(std::move(work));
  }

 private:
  memory::database database_;
  memory::unit_of_work<async_counting_ports, memory_counters> unit_of_work_{database_};
};

/// A database that waits by Asio, used on an event loop with one thread.
class on_a_loop {
 public:
  static constexpr capabilities claims{};

  auto& unit_of_work() { return unit_of_work_; }
  std::unique_ptr<message_log> open_log() { return database_.open_log(); }
  template <class T>
  T run(task<T> work) {
    return asio::async_run(std::move(work),
                           boost::asio::bind_executor(loop_.executor(), boost::asio::use_future))
        .get();
  }

  on_a_loop() { postgresql::async_counters::make_table(database_, schema_); }

 private:
  postgresql::database_options options() {
    auto made = schema_.options();
    made.waiter = &waiter_;
    return made;
  }

  postgresql::test_schema schema_;
  asio::loop_threads loop_;
  asio::socket_waiter waiter_{loop_.executor()};
  postgresql::database database_{schema_.address(), options()};
  postgresql::async_counting_unit_of_work unit_of_work_{database_};
};

/// The same coroutines, on threads that block.
class blocking {
 public:
  static constexpr capabilities claims{};

  blocking() { postgresql::async_counters::make_table(database_, schema_); }

  auto& unit_of_work() { return unit_of_work_; }
  std::unique_ptr<message_log> open_log() { return database_.open_log(); }
  template <class T>
  T run(task<T> work) {
    return sync_wait(std::move(work));
  }

 private:
  postgresql::test_schema schema_;
  postgresql::database database_{schema_.address(), schema_.options()};
  postgresql::async_counting_unit_of_work unit_of_work_{database_};
};

/// A database that waits by Asio, used by threads that block all the same.
class blocking_beside_a_loop {
 public:
  static constexpr capabilities claims{};

  blocking_beside_a_loop() { reopen(); }

  auto& unit_of_work() { return *unit_of_work_; }
  std::unique_ptr<message_log> open_log() { return database_->open_log(); }

  void reopen() {
    unit_of_work_.reset();
    auto options = schema_.options();
    options.waiter = &waiter_;
    database_.emplace(schema_.address(), options);
    postgresql::counters::make_table(*database_, schema_);
    unit_of_work_.emplace(*database_);
  }

 private:
  postgresql::test_schema schema_;
  asio::loop_threads loop_;
  asio::socket_waiter waiter_{loop_.executor()};
  std::optional<postgresql::database> database_;
  std::optional<postgresql::counting_unit_of_work> unit_of_work_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(memory, async_unit_of_work_contract, memory_fixture);
INSTANTIATE_TYPED_TEST_SUITE_P(postgresql_blocking, async_unit_of_work_contract, blocking);
INSTANTIATE_TYPED_TEST_SUITE_P(postgresql_on_a_loop, async_unit_of_work_contract, on_a_loop);

INSTANTIATE_TYPED_TEST_SUITE_P(postgresql_beside_a_loop, store_contract, blocking_beside_a_loop);
INSTANTIATE_TYPED_TEST_SUITE_P(postgresql_beside_a_loop, log_contract, blocking_beside_a_loop);
INSTANTIATE_TYPED_TEST_SUITE_P(postgresql_beside_a_loop, unit_of_work_contract,
                               blocking_beside_a_loop);

}  // namespace
}  // namespace messagebus::testing
