#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <list>
#include <stdexcept>
#include <string>
#include <temporary_folder.hpp>
#include <thread>
#include <vector>

#include "session_ports.hpp"

namespace messagebus::sqlite {

using work = std::function<void(session& session, session_transaction& transaction)>;

inline work add_note(std::int64_t id) {
  return [id](session& session, session_transaction& transaction) {
    session.execute("INSERT INTO note(id, text) VALUES(?, ?)", id, "a note");
    transaction.store().add(testing::sample_message());
  };
}

/// A caller on a thread of its own, of which it can be seen that it waits.
class queuing_caller {
 public:
  template <class Work>
  explicit queuing_caller(Work body)
      : thread_([this, body] {
          id_ = gettid();
          body();
        }) {}

  /// Returns when it sleeps, which it does in the queue, and where it waits for a lock at the most
  /// for a moment: it is looked at more than once.
  void await_sleep() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    for (int times = 0; times < 5 && std::chrono::steady_clock::now() < deadline;) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      times = is_asleep() ? times + 1 : 0;
    }
  }
  void join() { thread_.join(); }

 private:
  bool is_asleep() const {
    if (id_ == 0) return false;
    std::ifstream status("/proc/self/task/" + std::to_string(id_) + "/status");
    std::string line;
    while (std::getline(status, line)) {
      if (line.starts_with("State:")) return line.find('S', line.find(':')) != std::string::npos;
    }
    return false;
  }

  std::atomic<pid_t> id_{0};
  std::thread thread_;
};

class group_test : public ::testing::Test {
 protected:
  explicit group_test(database_options options = {})
      : notes(folder / "notes.db", options), unit_of_work(notes) {
    make_notes(notes);
  }

  /// Runs all works as one group: they queue while another transaction has the writer, in their
  /// order. Returns what each threw, or an empty text.
  std::vector<std::string> run_together(const std::vector<work>& works) {
    std::vector<std::string> errors(works.size());
    std::list<queuing_caller> callers;
    {
      auto first = unit_of_work.begin();
      for (std::size_t i = 0; i < works.size(); ++i) {
        callers.emplace_back([&, i] {
          try {
            execute(unit_of_work, works[i]);
          } catch (const error& failed) {
            errors[i] = failed.what();
            if (failed.is_retryable()) ++worth_another_try;
          } catch (const std::exception& failed) {
            errors[i] = failed.what();
          }
        });
        callers.back().await_sleep();
      }
      first.rollback();
    }
    for (queuing_caller& each : callers) each.join();
    return errors;
  }

  /// A group takes newcomers for as long as the last commit of a group took: now for a second.
  void commit_two_slowly() {
    std::vector<std::thread::id> ran_by(2);
    const auto commit_slowly = [&ran_by](std::size_t which) -> work {
      return [&ran_by, which](session& session, session_transaction&) {
        const auto sleep = [](void*) {
          std::this_thread::sleep_for(std::chrono::seconds(1));
          return 0;
        };
        sqlite3_commit_hook(session.native_handle(), sleep, nullptr);
        ran_by[which] = std::this_thread::get_id();
      };
    };
    // On a machine that is busy, one may come when the other has been run.
    int times = 0;
    do {
      ran_by = {std::thread::id{}, std::this_thread::get_id()};
      run_together({commit_slowly(0), commit_slowly(1)});
    } while (ran_by[0] != ran_by[1] && ++times < 20);
    ASSERT_EQ(ran_by[0], ran_by[1]);
  }
  static void commit_as_before(session& session) {
    sqlite3_commit_hook(session.native_handle(), nullptr, nullptr);
  }

  std::size_t logged() {
    auto log = notes.log();
    return testing::read_all(log).size();
  }

  tests::temporary_folder folder;
  database notes;
  session_unit_of_work unit_of_work;
  std::atomic<int> worth_another_try{0};
};

}  // namespace messagebus::sqlite
