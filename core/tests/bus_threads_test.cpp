// One bus and one unit of work, sixteen threads; under ThreadSanitizer this is where a race shows.

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/library.hpp"
#include "support/workers.hpp"

namespace messagebus::library_test {
namespace {

constexpr int threads_count = 16;
constexpr int rounds = 60;

/// What all sessions share.
struct shared_log {
  void keep(std::vector<recorded_message>& messages) {
    const std::lock_guard lock(mutex);
    std::move(messages.begin(), messages.end(), std::back_inserter(kept));
  }

  std::mutex mutex;
  std::vector<recorded_message> kept;
  std::atomic<int> rollbacks = 0;
};

/// Commits on another thread than it was called on.
class threaded_session final : public session {
 public:
  threaded_session(shared_log& log, workers& others) noexcept : log_(log), others_(others) {}

  message_store& store() noexcept override { return gathered_; }

  task<> commit() override {
    co_await others_.hop();
    log_.keep(gathered_.messages);
  }

  task<> rollback() override {
    co_await others_.hop();
    ++log_.rollbacks;
  }

 private:
  class gathered final : public message_store {
   public:
    void add(const recorded_message& message) override { messages.push_back(message); }
    std::vector<recorded_message> messages;
  };

  shared_log& log_;
  workers& others_;
  gathered gathered_;
};

class threaded_work final : public unit_of_work<library> {
 public:
  threaded_work(shared_log& log, workers& others) : unit_of_work({}), log_(log), others_(others) {}

 private:
  using resources = session_with_repositories<library, threaded_session, shelf<1>, shelf<2>>;

  task<std::unique_ptr<transaction_resources_of<library>>> open() override {
    co_await others_.hop();
    co_return std::make_unique<resources>(log_, others_);
  }

  shared_log& log_;
  workers& others_;
};

/// Made anew for every handling: nobody else may be seen to use it.
struct notebook {
  std::vector<std::string> lines = {};
};

struct teller {
  int told = 0;
  void on_after_commit() { ++told; }
};

class bus_threads_test : public ::testing::Test {
 protected:
  bus_threads_test() {
    bus.provide<notebook>();
    bus.on([](const put_book& command, library_transaction& transaction, notebook& notes) {
      notes.lines.push_back(command.title);
      book& added = transaction->first.put(command.title);
      added.messages.add(book_put{command.title});
      added.messages.add(lend_book{command.title});
      return static_cast<int>(command.title.size());
    });
    bus.on([this](const lend_book& command, library_transaction& transaction,
                  notebook& notes) -> task<std::string> {
      co_await others.hop();
      notes.lines.push_back(command.title);
      transaction->second.put(command.title).messages.add(book_lent{command.title});
      co_return command.title + " lent";
    });
    bus.on([this](const book_put& event, library_transaction&, notebook& notes, teller* asked) {
      notes.lines.push_back(event.title);
      if (asked != nullptr) ++asked->told;
      ++heard;
    });
    bus.on([this](const book_put& event, library_transaction&, notebook& notes) -> task<> {
      co_await others.hop();
      notes.lines.push_back(event.title);
      ++heard;
    });
    bus.on([this](const book_lent& event, library_transaction&, notebook& notes) {
      if (std::count(notes.lines.begin(), notes.lines.end(), event.title) !=
          static_cast<std::ptrdiff_t>(notes.lines.size())) {
        ++strangers;
      }
      if (event.title.ends_with("forbidden")) throw std::runtime_error("forbidden");
      ++heard;
    });
  }

  /// One of each kind; `name` is used by nobody else.
  void one_round(const std::string& name) {
    EXPECT_EQ(bus.execute(work, put_book{name}), static_cast<int>(name.size()));
    EXPECT_EQ(sync_wait(bus.async_execute(work, lend_book{name})), name + " lent");
    EXPECT_THROW(bus.execute(work, put_book{name + " forbidden"}), std::runtime_error);
    EXPECT_THROW(sync_wait(bus.async_execute(work, lend_book{name + " forbidden"})),
                 std::runtime_error);
    work.transact([&](library_transaction& transaction) {
      bus.handle(put_book{name}, transaction);
      EXPECT_EQ(bus.handle(lend_book{name}, transaction), name + " lent");
      transaction.commit();
    });
    auto undone = work.begin();
    bus.handle(put_book{name}, undone);
    undone.rollback();
    teller own;
    sync_wait(bus.async_execute(work, book_put{name}, own));
    EXPECT_EQ(own.told, 2);
  }

  /// Messages of one chain stand side by side, and each behind its cause.
  void expect_whole_chains() const {
    std::map<uuid, std::size_t> place;
    for (std::size_t i = 0; i < log.kept.size(); ++i) {
      const recorded_message& message = log.kept[i];
      EXPECT_TRUE(place.emplace(message.message_id, i).second);
      if (!message.causation_id) {
        EXPECT_EQ(message.correlation_id, message.message_id);
        continue;
      }
      ASSERT_TRUE(place.contains(*message.causation_id));
      const recorded_message& cause = log.kept[place[*message.causation_id]];
      EXPECT_EQ(cause.correlation_id, message.correlation_id);
      EXPECT_EQ(log.kept[i - 1].correlation_id, message.correlation_id);
    }
  }

  workers others{3};
  shared_log log;
  threaded_work work{log, others};
  messagebus::bus<library> bus;
  std::atomic<int> heard = 0;
  std::atomic<int> strangers = 0;
};

TEST_F(bus_threads_test, B10_B11_D1_sixteen_threads_share_one_bus) {
  std::vector<std::thread> threads;
  for (int t = 0; t < threads_count; ++t) {
    threads.emplace_back([this, t] {
      for (int round = 0; round < rounds; ++round) {
        one_round("of thread " + std::to_string(t) + " in round " + std::to_string(round));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  // put_book sets off three messages, lend_book one; book_put none.
  constexpr int kept_a_round = 4 + 2 + (4 + 2) + 1;
  EXPECT_EQ(log.kept.size(), std::size_t{threads_count} * rounds * kept_a_round);
  EXPECT_EQ(log.rollbacks, threads_count * rounds * 3);
  EXPECT_EQ(strangers, 0);
  EXPECT_GT(heard, 0);
  expect_whole_chains();
}

}  // namespace
}  // namespace messagebus::library_test
