// What a member of a group that fails leaves to the others.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <messagebus/domain/error.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "failing_disk.hpp"
#include "group_fixture.hpp"

namespace messagebus::sqlite {
namespace {

TEST_F(group_test, T3_the_session_of_one_that_has_ended_is_in_no_others_transaction) {
  const auto expect_useless_after = [&](bool fails) {
    session* ended = nullptr;
    std::thread::id ran_by;
    const work end = [&](session& session, session_transaction&) {
      ended = &session;
      ran_by = std::this_thread::get_id();
      if (fails) throw std::runtime_error("as it was asked to");
    };
    const work use_it = [&](session&, session_transaction&) {
      // On a machine that is busy, it may have been run alone, and is gone.
      if (ran_by != std::this_thread::get_id()) return;
      EXPECT_THROW(ended->execute("DELETE FROM note"), transaction_error);
    };
    run_together({add_note(fails ? 1 : 2), end, use_it});
  };
  expect_useless_after(true);
  expect_useless_after(false);
  EXPECT_EQ(count_of(notes, "note"), 2);
}

// Between two of them nobody catches an error: it ends the transaction, and not the database.
TEST_F(group_test, T5_an_error_outside_of_all_is_that_of_all_and_the_next_ones_go_on) {
  const auto interrupt_once = [](void* armed) {
    return std::exchange(*static_cast<bool*>(armed), false) ? 1 : 0;
  };
  bool armed = false;
  sqlite3* handle = nullptr;
  const work interrupt_what_follows = [&](session& session, session_transaction&) {
    session.execute("INSERT INTO note(id, text) VALUES(7, 'a note')");
    handle = session.native_handle();
    armed = true;
    sqlite3_progress_handler(handle, 1, interrupt_once, &armed);
  };
  const auto errors = run_together({add_note(1), interrupt_what_follows, add_note(2)});
  sqlite3_progress_handler(handle, 0, nullptr, nullptr);
  EXPECT_FALSE(armed);
  EXPECT_NE(errors[1].find("interrupted"), std::string::npos) << errors[1];
  EXPECT_EQ(count_of(notes, "note WHERE id = 7"), 0);
  execute(unit_of_work, add_note(3));
  EXPECT_EQ(count_of(notes, "note WHERE id = 3"), 1);
  EXPECT_EQ(logged(), static_cast<std::size_t>(count_of(notes, "note")));
}

/// Before the database, which is opened on it.
class on_failing_disk {
 protected:
  failing_disk disk;
};

class group_disk_test : public on_failing_disk, public group_test {
 protected:
  group_disk_test() : group_test({.cache_bytes = 64 * 1024}) {}
};

TEST_F(group_disk_test, T5_a_disk_that_fails_under_one_is_the_error_of_all) {
  const work fill_the_cache = [&](session& session, session_transaction&) {
    disk.fail_next_writes(1);
    session.execute("INSERT INTO note(text) VALUES(?)", std::string(1'000'000, 'x'));
  };
  // What fills it is written at once.
  sqlite3* writing = nullptr;
  notes.write([&](session& session) { writing = session.native_handle(); });
  ASSERT_EQ(sqlite3_exec(writing, "PRAGMA cache_spill = ON", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto errors = run_together({add_note(1), fill_the_cache, add_note(2)});
  for (const std::string& each : errors) {
    EXPECT_NE(each.find("disk I/O error"), std::string::npos) << each;
  }
  EXPECT_EQ(count_of(notes, "note"), 0);
  EXPECT_EQ(logged(), 0U);
}

}  // namespace
}  // namespace messagebus::sqlite
