#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <functional>
#include <map>
#include <messagebus/sqlite/constraint_error.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <temporary_folder.hpp>
#include <thread>
#include <vector>

#include "group_fixture.hpp"

namespace messagebus::sqlite {
namespace {

TEST_F(group_test, T5_callers_that_wait_are_committed_together) {
  std::atomic<std::thread::id> ran_by{};
  std::atomic<int> by_one_thread{0};
  const work remember = [&](session& session, session_transaction& transaction) {
    add_note(session.query("SELECT count(*) FROM note").front().get<std::int64_t>(0))(session,
                                                                                      transaction);
    std::thread::id nobody{};
    const auto self = std::this_thread::get_id();
    if (ran_by.compare_exchange_strong(nobody, self) || nobody == self) ++by_one_thread;
  };
  // On a machine that is busy, a caller may come when the others have been run.
  std::size_t times = 0;
  while (by_one_thread != 4 && times < 20) {
    ran_by = std::thread::id{};
    by_one_thread = 0;
    const auto errors = run_together({remember, remember, remember, remember});
    EXPECT_EQ(errors, std::vector<std::string>(4));
    ++times;
  }
  EXPECT_EQ(by_one_thread, 4) << "each ran by itself";
  EXPECT_EQ(count_of(notes, "note"), static_cast<std::int64_t>(4 * times));
  EXPECT_EQ(logged(), 4 * times);
}

TEST_F(group_test, T5_who_comes_while_others_are_run_is_committed_with_them) {
  commit_two_slowly();
  std::optional<queuing_caller> newcomer;
  std::thread::id led_by;
  std::thread::id newcomer_run_by;
  const work call_newcomer = [&](session& session, session_transaction& transaction) {
    led_by = std::this_thread::get_id();
    commit_as_before(session);
    newcomer.emplace([&] {
      const work fail = [&](messagebus::sqlite::session& late, session_transaction& its) {
        newcomer_run_by = std::this_thread::get_id();
        add_note(5)(late, its);
        throw std::runtime_error("as it was asked to");
      };
      EXPECT_THROW(execute(unit_of_work, fail), std::runtime_error);
    });
    newcomer->await_sleep();
    add_note(3)(session, transaction);
  };
  execute(unit_of_work, call_newcomer);
  newcomer->join();
  EXPECT_EQ(newcomer_run_by, led_by);
  EXPECT_EQ(count_of(notes, "note"), 1) << "all but that of the one who failed";
  EXPECT_EQ(logged(), 1U);
}

TEST_F(group_test, T5_a_leader_that_fails_takes_no_newcomer_along) {
  commit_two_slowly();
  std::optional<queuing_caller> newcomer;
  const work fail = [&](session& session, session_transaction& transaction) {
    commit_as_before(session);
    newcomer.emplace([&] { execute(unit_of_work, add_note(5)); });
    newcomer->await_sleep();
    add_note(3)(session, transaction);
    throw std::runtime_error("as it was asked to");
  };
  EXPECT_THROW(execute(unit_of_work, fail), std::runtime_error);
  newcomer->join();
  EXPECT_EQ(count_of(notes, "note"), 1);
  EXPECT_EQ(count_of(notes, "note WHERE id = 5"), 1);
  EXPECT_EQ(logged(), 1U);
}

TEST_F(group_test, T3_an_error_of_one_leaves_the_others_alone) {
  const work fail = [](session& session, session_transaction& transaction) {
    add_note(2)(session, transaction);
    throw std::runtime_error("as it was asked to");
  };
  const auto errors = run_together({add_note(1), fail, add_note(3)});
  EXPECT_EQ(errors, (std::vector<std::string>{"", "as it was asked to", ""}));
  EXPECT_EQ(count_of(notes, "note"), 2);
  EXPECT_EQ(count_of(notes, "note WHERE id = 2"), 0);
  EXPECT_EQ(logged(), 2U);
}

TEST_F(group_test, T3_a_violated_constraint_is_the_error_of_its_own_caller) {
  const auto errors = run_together({add_note(1), add_note(1), add_note(2)});
  EXPECT_EQ(errors[0], "");
  EXPECT_NE(errors[1].find("UNIQUE constraint failed: note.id"), std::string::npos) << errors[1];
  EXPECT_EQ(errors[2], "");
  EXPECT_EQ(count_of(notes, "note"), 2);
  EXPECT_EQ(logged(), 2U);
}

TEST_F(group_test, T3_who_is_rolled_back_by_the_sql_of_another_may_run_again) {
  const work roll_all_back = [](session& session, session_transaction&) {
    session.execute("INSERT OR ROLLBACK INTO note(id, text) VALUES(1, 'the same')");
  };
  const auto errors = run_together({add_note(1), roll_all_back, add_note(2)});
  EXPECT_NE(errors[0].find("run this one again"), std::string::npos) << errors[0];
  EXPECT_NE(errors[1].find("UNIQUE constraint failed: note.id"), std::string::npos) << errors[1];
  EXPECT_EQ(errors[2], errors[0]);
  EXPECT_EQ(worth_another_try, 2) << "all but the one whose SQL it was";
  EXPECT_EQ(count_of(notes, "note"), 0);
  EXPECT_EQ(logged(), 0U);
}

TEST_F(group_test, T3_whatever_is_made_of_a_rollback_by_sql_is_no_error_of_the_others) {
  const auto roll_all_back = [](session& session) {
    EXPECT_THROW(session.execute("INSERT OR ROLLBACK INTO note(id, text) VALUES(1, 'the same')"),
                 constraint_error);
  };
  const work say_it_otherwise = [&](session& session, session_transaction&) {
    roll_all_back(session);
    throw std::runtime_error("in words of its own");
  };
  const work say_nothing = [&](session& session, session_transaction&) { roll_all_back(session); };
  for (const work& each : {say_it_otherwise, say_nothing}) {
    const auto errors = run_together({add_note(1), each});
    EXPECT_NE(errors[0].find("run this one again"), std::string::npos) << errors[0];
    EXPECT_NE(errors[1], "");
    EXPECT_NE(errors[1], errors[0]);
    EXPECT_EQ(logged(), 0U);
  }
}

TEST_F(group_test, T3_a_constraint_that_only_the_commit_finds_is_that_of_its_own_caller) {
  const work answer_nobody = [](session& session, session_transaction& transaction) {
    session.execute("INSERT INTO note(id, text, answers) VALUES(2, 'hello?', 99)");
    transaction.store().add(testing::sample_message());
  };
  const work answer_the_next = [](session& session, session_transaction&) {
    session.execute("INSERT INTO note(id, text, answers) VALUES(3, 'first', 4)");
    session.execute("INSERT INTO note(id, text) VALUES(4, 'second')");
  };
  const auto errors = run_together({add_note(1), answer_nobody, answer_the_next});
  EXPECT_EQ(errors[0], "");
  EXPECT_NE(errors[1].find("FOREIGN KEY constraint failed"), std::string::npos) << errors[1];
  EXPECT_EQ(errors[2], "");
  EXPECT_EQ(count_of(notes, "note"), 3);
  EXPECT_EQ(logged(), 1U);
}

TEST_F(group_test, T3_alone_a_deferred_constraint_fails_the_commit) {
  EXPECT_THROW(execute(unit_of_work,
                       [](session& session, session_transaction&) {
                         session.execute("INSERT INTO note VALUES(1, 'hello?', 99)");
                       }),
               constraint_error);
  auto transaction = unit_of_work.begin();
  transaction->access.session.execute("INSERT INTO note VALUES(1, 'hello?', 99)");
  EXPECT_THROW(transaction.commit(), constraint_error);
  EXPECT_EQ(transaction.state(), transaction_state::rolledback);
  execute(unit_of_work, add_note(1));
  EXPECT_EQ(count_of(notes, "note"), 1);
}

TEST_F(group_test, E6_a_duplicate_message_is_the_error_of_its_own_caller) {
  const recorded_message message = testing::sample_message();
  const work add_message = [&](session&, session_transaction& transaction) {
    transaction.store().add(message);
  };
  const auto errors = run_together({add_message, add_message, add_note(1)});
  EXPECT_EQ(errors[0], "");
  EXPECT_NE(errors[1].find("is in the log already"), std::string::npos) << errors[1];
  EXPECT_EQ(errors[2], "");
  EXPECT_EQ(logged(), 2U);
}

TEST_F(group_test, T2_a_body_that_rolls_back_keeps_nothing_and_hears_why) {
  const work roll_back = [](session& session, session_transaction& transaction) {
    add_note(2)(session, transaction);
    transaction.rollback();
  };
  const auto errors = run_together({add_note(1), roll_back, add_note(3)});
  EXPECT_NE(errors[1].find("rolledback"), std::string::npos) << errors[1];
  EXPECT_EQ(count_of(notes, "note"), 2);
  EXPECT_EQ(logged(), 2U);
}

TEST_F(group_test, T4_sql_cannot_end_the_transaction) {
  for (const char* const ending : {"COMMIT", "ROLLBACK", "END", "BEGIN"}) {
    const work end_it = [&](session& session, session_transaction& transaction) {
      add_note(2)(session, transaction);
      session.run_script(ending);
    };
    const auto errors = run_together({add_note(1), end_it, add_note(3)});
    EXPECT_EQ(errors[0], "");
    EXPECT_NE(errors[1].find("not by SQL"), std::string::npos) << errors[1];
    EXPECT_EQ(errors[2], "");
    EXPECT_EQ(count_of(notes, "note"), 2);
    notes.write([](session& session) { session.execute("DELETE FROM note"); });
  }
}

TEST_F(group_test, a_savepoint_of_the_handlers_own_is_allowed) {
  const work try_it = [](session& session, session_transaction& transaction) {
    session.run_script("SAVEPOINT own");
    add_note(2)(session, transaction);
    session.run_script("ROLLBACK TO own; RELEASE own");
  };
  EXPECT_EQ(run_together({add_note(1), try_it}), (std::vector<std::string>{"", ""}));
  EXPECT_EQ(count_of(notes, "note"), 1);
  EXPECT_EQ(logged(), 2U) << "what was added to the log goes with the transaction alone";
}

TEST_F(group_test, a_handler_that_begins_another_transaction_is_refused_at_once) {
  const work nest = [&](session&, session_transaction&) { execute(unit_of_work, add_note(7)); };
  const work begin = [&](session&, session_transaction&) {
    static_cast<void>(unit_of_work.begin());
  };
  const auto errors = run_together({nest, begin, add_note(3)});
  EXPECT_NE(errors[0].find("would wait for itself"), std::string::npos) << errors[0];
  EXPECT_NE(errors[1].find("would wait for itself"), std::string::npos) << errors[1];
  EXPECT_EQ(errors[2], "");
}

TEST_F(group_test, a_session_that_is_kept_beyond_its_end_is_an_error_and_no_crash) {
  session* kept = nullptr;
  std::vector<rows> open_rows;
  auto body = [&](session_transaction& running) {
    kept = &running->access.session;
    open_rows.push_back(kept->query("SELECT 1 UNION ALL SELECT 2"));
  };
  auto transaction = unit_of_work.begin();
  body(transaction);
  transaction.commit();
  EXPECT_THROW(kept->execute("DELETE FROM note"), transaction_error);
  EXPECT_THROW(kept->native_handle(), transaction_error);
  EXPECT_THROW(open_rows.front().pop_front(), transaction_error);
  open_rows.clear();
}

TEST_F(group_test, B10_many_callers_and_their_errors_do_not_mix) {
  constexpr int callers_count = 16;
  constexpr int notes_each = 60;
  std::vector<std::thread> callers;
  std::atomic<int> failed{0};
  for (int caller = 0; caller < callers_count; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < notes_each; ++i) {
        const std::int64_t id = caller * 1000 + i;
        try {
          if (i % 7 == 3) {
            auto alone = unit_of_work.begin();
            add_note(id)(alone->access.session, alone);
            alone.commit();
          } else {
            execute(unit_of_work, [&](session& session, session_transaction& transaction) {
              add_note(id)(session, transaction);
              if (i % 5 == 4) throw std::runtime_error(std::to_string(id));
            });
          }
        } catch (const std::runtime_error& error) {
          EXPECT_EQ(error.what(), std::to_string(id));
          ++failed;
        }
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_GT(failed, 0);
  EXPECT_EQ(count_of(notes, "note"), callers_count * notes_each - failed);
  EXPECT_EQ(logged(), static_cast<std::size_t>(callers_count * notes_each - failed));
}

class small_group_test : public group_test {
 protected:
  small_group_test() : group_test({.group_max = 2}) {}
};

TEST_F(small_group_test, T5_a_group_has_no_more_members_than_are_allowed) {
  std::map<std::thread::id, int> run_by;
  const work count = [&](session&, session_transaction&) { ++run_by[std::this_thread::get_id()]; };
  run_together({count, count, count, count, count});
  for (const auto& [thread, times] : run_by) EXPECT_LE(times, 2);
}

class no_group_test : public group_test {
 protected:
  no_group_test() : group_test({.group_commit = false}) {}
};

TEST_F(no_group_test, B10_without_group_commit_each_runs_on_its_own_thread) {
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller) {
    callers.emplace_back([&, caller] {
      const auto self = std::this_thread::get_id();
      execute(unit_of_work, [&](session& session, session_transaction& transaction) {
        EXPECT_EQ(std::this_thread::get_id(), self);
        add_note(caller)(session, transaction);
      });
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(count_of(notes, "note"), 4);
}

}  // namespace
}  // namespace messagebus::sqlite
