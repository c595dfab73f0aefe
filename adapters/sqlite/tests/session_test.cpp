#include <gtest/gtest.h>
#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <limits>
#include <messagebus/sqlite/constraint_error.hpp>
#include <optional>
#include <string>
#include <temporary_folder.hpp>
#include <vector>

#include "session_ports.hpp"

namespace messagebus::sqlite {
namespace {

class session_test : public ::testing::Test {
 protected:
  session_test() { make_notes(notes); }

  /// The sentence of the error that `work` meets in a transaction.
  template <class Work>
  std::string error_of(const Work& work) {
    std::string sentence;
    notes.write([&](session& session) {
      try {
        work(session);
      } catch (const std::exception& failed) {
        sentence = failed.what();
      }
    });
    return sentence;
  }

  tests::temporary_folder folder;
  database notes{folder / "notes.db"};
};

TEST_F(session_test, T5_durability_is_what_sqlite_is_told) {
  const auto synchronous = [&](const database_options& options) {
    std::int64_t level = -1;
    database(folder / "durable.db", options).write([&](session& session) {
      for (const row& row : session.query("PRAGMA synchronous")) level = row.get<std::int64_t>(0);
    });
    return level;
  };
  EXPECT_EQ(synchronous({}), 2);
  EXPECT_EQ(synchronous({.durability = durability::full}), 2);
  EXPECT_EQ(synchronous({.durability = durability::normal}), 1);
  EXPECT_EQ(synchronous({.durability = durability::off}), 0);
}

TEST_F(session_test, options_out_of_their_range_are_refused_by_name) {
  const auto refuse = [&](const database_options& options, const std::string& name) {
    try {
      const database refused(folder / "refused.db", options);
      ADD_FAILURE() << name << " was accepted";
    } catch (const usage_error& error) {
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
    }
  };
  refuse({.busy_wait_max = std::chrono::milliseconds(-1)}, "busy_wait_max");
  refuse({.group_max = 0}, "group_max");
  refuse({.follow_interval = std::chrono::milliseconds(0)}, "follow_interval");
}

TEST_F(session_test, values_come_back_as_they_went) {
  const uuid id = *uuid::parse("0198c0de-7b1a-7000-8000-0123456789ab");
  const timestamp at{std::chrono::microseconds(1'234'567'890'123'456)};
  const std::vector<std::byte> bytes{std::byte{0}, std::byte{255}};
  notes.write([&](session& session) {
    const auto found = session.query(
        "SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?", std::numeric_limits<std::int64_t>::min(), true, 0.1,
        "Zoë 🐘", std::string(), id, at, std::span<const std::byte>(bytes), nullptr);
    const row& row = found.front();
    EXPECT_EQ(row.get<std::int64_t>(0), std::numeric_limits<std::int64_t>::min());
    EXPECT_TRUE(row.get<bool>(1));
    EXPECT_EQ(row.get<double>(2), 0.1);
    EXPECT_EQ(row.get<std::string_view>(3), "Zoë 🐘");
    EXPECT_EQ(row.get<std::string>(4), "");
    EXPECT_EQ(row.get<uuid>(5), id);
    EXPECT_EQ(row.get<timestamp>(6), at);
    EXPECT_EQ(row.get<std::span<const std::byte>>(7).size(), 2U);
    EXPECT_TRUE(row.is_null(8));
    EXPECT_EQ(row.get<std::optional<int>>(8), std::nullopt);
    EXPECT_EQ(row.get<std::optional<std::string>>(3), "Zoë 🐘");
  });
}

TEST_F(session_test, a_row_that_is_read_as_what_it_is_not_is_an_error_that_names_the_column) {
  const auto read = [&](const char* sql, auto as) {
    return error_of(
        [&](session& session) { (void)session.query(sql).front().get<decltype(as)>(0); });
  };
  EXPECT_NE(read("SELECT NULL", int{}).find("column 0 of \"SELECT NULL\" is NULL"),
            std::string::npos);
  EXPECT_NE(read("SELECT 300", std::uint8_t{}).find("is 300, which does not fit"),
            std::string::npos);
  EXPECT_NE(read("SELECT 'abc'", int{}).find("is text and was read as an integer"),
            std::string::npos);
  EXPECT_NE(read("SELECT 1.9", bool{}).find("is a floating-point number and was read as"),
            std::string::npos);
  EXPECT_NE(read("SELECT x'31'", double{}).find("is a blob and was read as a number"),
            std::string::npos);
  EXPECT_EQ(read("SELECT 7", double{}), "");
  EXPECT_NE(read("SELECT x'00'", uuid{}).find("is no uuid"), std::string::npos);
  const auto no_column =
      error_of([](session& session) { (void)session.query("SELECT 1").front().get<int>(3); });
  EXPECT_NE(no_column.find("no such column"), std::string::npos) << no_column;
  const auto no_optional = error_of(
      [](session& session) { (void)session.query("SELECT 1").front().get<std::optional<int>>(3); });
  EXPECT_NE(no_optional.find("no such column"), std::string::npos) << no_optional;
  EXPECT_NE(read("SELECT 1e300", float{}).find("does not fit"), std::string::npos);
}

// What a statement cannot take is refused by a sentence where it is called.
enum class no_value { at_all };
static_assert(!std::constructible_from<parameter, const no_value&>);
static_assert(!std::constructible_from<parameter, const std::optional<no_value>&>);
static_assert(std::constructible_from<parameter, const std::optional<uuid>&>);

TEST_F(session_test, a_value_that_would_become_null_is_refused_and_a_null_text_is_null) {
  const auto refused = error_of([](session& session) {
    session.execute("INSERT INTO note(text) VALUES(?)", std::numeric_limits<float>::quiet_NaN());
  });
  EXPECT_NE(refused.find("is not a number"), std::string::npos) << refused;
  notes.write([](session& session) {
    const char* const none = nullptr;
    EXPECT_TRUE(session.query("SELECT ?", none).front().is_null(0));
  });
}

TEST_F(session_test, what_sqlite_would_pass_over_in_a_script_is_refused) {
  const auto error_of_script = [&](std::string_view sql) {
    return error_of([&](session& session) { session.run_script(sql); });
  };
  using namespace std::string_view_literals;
  EXPECT_NE(error_of_script("CREATE TABLE a(b); INSERT INTO a VALUES(?); -- end").find("no param"),
            std::string::npos);
  EXPECT_NE(error_of_script("CREATE TABLE c(d);\0CREATE TABLE e(f)"sv).find("a zero byte"),
            std::string::npos);
  EXPECT_NE(error_of_script("CREATE TABLE a(b)").find("already exists"), std::string::npos);
  EXPECT_EQ(error_of_script("; -- nothing\n; CREATE TABLE c(d); DROP TABLE c; "), "");
  const auto of_one = error_of([](session& session) { session.execute("SELECT 1;\0 2"sv); });
  EXPECT_NE(of_one.find("a zero byte"), std::string::npos) << of_one;
}

TEST_F(session_test, execute_counts_the_rows_that_it_changed) {
  notes.write([](session& session) {
    EXPECT_EQ(session.execute("INSERT INTO note(text) VALUES('a'), ('b')"), 2);
    EXPECT_EQ(session.execute("UPDATE note SET text = ? WHERE id = ?", "c", 1), 1);
    EXPECT_EQ(session.execute("UPDATE note SET text = 'd' WHERE id = 99"), 0);
    EXPECT_EQ(session.execute("CREATE TABLE other(id INTEGER)"), 0);
    EXPECT_EQ(session.execute("SELECT 1"), 0);
    EXPECT_EQ(session.execute("DELETE FROM note"), 2);
  });
}

TEST_F(session_test, a_violated_constraint_lets_the_transaction_go_on) {
  notes.write([](session& session) {
    session.execute("INSERT INTO note(id, text) VALUES(1, 'first')");
    try {
      session.execute("INSERT INTO note(id, text) VALUES(1, 'second')");
      FAIL() << "two notes of one id";
    } catch (const constraint_error& violated) {
      EXPECT_EQ(violated.code(), errc::constraint);
      EXPECT_EQ(violated.extended_code(), SQLITE_CONSTRAINT_PRIMARYKEY);
    }
    session.execute("INSERT INTO note(id, text) VALUES(2, 'third')");
  });
  EXPECT_EQ(count_of(notes, "note"), 2);
}

TEST_F(session_test, wrong_sql_is_an_error_that_shows_it) {
  const auto wrong = error_of([](session& session) { session.execute("INSERT INTO nowhere"); });
  EXPECT_NE(wrong.find("INSERT INTO nowhere"), std::string::npos) << wrong;
  const auto none = error_of([](session& session) { session.execute(" -- nothing"); });
  EXPECT_NE(none.find("no statement"), std::string::npos) << none;
  const auto two = error_of([](session& session) { session.execute("SELECT 1; SELECT 2"); });
  EXPECT_NE(two.find("run_script"), std::string::npos) << two;
  const auto few = error_of([](session& session) { session.execute("SELECT ?, ?", 1); });
  EXPECT_NE(few.find("2 parameters, and 1 values"), std::string::npos) << few;
}

TEST_F(session_test, comments_may_stand_behind_a_statement) {
  notes.write([](session& session) {
    session.execute("INSERT INTO note(text) VALUES('a');  -- the first; of many");
    EXPECT_EQ(session.query("SELECT count(*) FROM note; /* all */ ;").front().get<int>(0), 1);
  });
}

TEST_F(session_test, T3_the_savepoint_around_a_unit_of_work_is_out_of_reach) {
  session_unit_of_work unit_of_work(notes);
  execute(unit_of_work, [](session& session, session_transaction& /*transaction*/) {
    session.execute("SAVEPOINT of_my_own");
    session.execute("RELEASE of_my_own");
    for (const char* sql :
         {"RELEASE messagebus_unit_of_work", "ROLLBACK TO Messagebus_unit_of_work",
          "SAVEPOINT messagebus_unit_of_work"}) {
      try {
        session.execute(sql);
        ADD_FAILURE() << sql << " was run";
      } catch (const error& refused) {
        EXPECT_EQ(refused.code(), errc::usage) << refused.what();
      }
    }
  });
}

TEST_F(session_test, one_statement_may_run_within_the_loop_over_its_own_rows) {
  notes.write([](session& session) {
    constexpr auto sql = "SELECT value FROM json_each('[1,2,3]')";
    int sum = 0;
    for (const row& outer : session.query(sql)) {
      for (const row& inner : session.query(sql)) sum += outer.get<int>(0) * inner.get<int>(0);
    }
    EXPECT_EQ(sum, 36);
  });
}

TEST_F(session_test, more_statements_than_are_kept_all_work) {
  notes.write([](session& session) {
    for (int i = 0; i < 500; ++i) {
      const auto sql = "SELECT " + std::to_string(i);
      EXPECT_EQ(session.query(sql).front().get<int>(0), i);
    }
  });
}

TEST_F(session_test, the_native_handle_is_in_the_transaction) {
  EXPECT_THROW(notes.write([](session& session) {
    sqlite3_exec(session.native_handle(), "INSERT INTO note(text) VALUES('by hand')", nullptr,
                 nullptr, nullptr);
    throw std::runtime_error("undo it");
  }),
               std::runtime_error);
  EXPECT_EQ(count_of(notes, "note"), 0);
}

TEST_F(session_test, E2_a_reader_beside_the_writer_sees_what_is_committed_and_writes_nothing) {
  const session writing(notes);
  notes.read([](session& session) {
    EXPECT_TRUE(session.query("SELECT * FROM note").empty());
    try {
      session.execute("INSERT INTO note(text) VALUES('no')");
      FAIL() << "a reader wrote";
    } catch (const error& refused) {
      EXPECT_EQ(refused.code(), errc::storage_read_only) << refused.what();
    }
  });
}

TEST_F(session_test, E2_a_database_that_was_opened_to_read_stays_so) {
  const database opened(notes.path(), {.read_only = true});
  opened.read([](session& session) {
    session.run_script("PRAGMA query_only = OFF");
    EXPECT_THROW(session.execute("INSERT INTO note(text) VALUES('no')"), error);
  });
  EXPECT_EQ(count_of(notes, "note"), 0);
}

TEST_F(session_test, B11_nothing_waits_for_sqlite_on_the_thread_of_an_event_loop) {
  const event_loop_scope loop;
  try {
    const session refused(notes);
    FAIL() << "the event loop stood still";
  } catch (const usage_error& refused) {
    EXPECT_NE(std::string(refused.what()).find("blocking_worker"), std::string::npos);
  }
}

TEST_F(session_test, a_connection_keeps_as_many_pages_as_it_is_told) {
  database small(folder / "small.db", {.cache_bytes = 64 * 1024});
  const auto expect_kilobytes = [](session& session) {
    EXPECT_EQ(session.query("PRAGMA cache_size").front().get<int>(0), -64);
  };
  small.write(expect_kilobytes);
  small.read(expect_kilobytes);
}

TEST_F(session_test, E1_a_store_of_ones_own_takes_the_place_of_the_log) {
  struct note_store final : message_store {
    explicit note_store(sqlite::session& of_transaction) : session(of_transaction) {}
    void add(const recorded_message& message) override {
      session.execute("INSERT INTO note(text) VALUES(?)", message.name);
    }
    sqlite::session& session;
  };
  session_unit_of_work unit_of_work(
      notes, [](session& session) { return std::make_unique<note_store>(session); });
  for (const bool commits : {true, false}) {
    auto transaction = unit_of_work.begin();
    transaction.store().add(testing::sample_message());
    commits ? transaction.commit() : transaction.rollback();
  }
  execute(unit_of_work, [](session&, session_transaction& transaction) {
    transaction.store().add(testing::sample_message());
  });
  EXPECT_EQ(count_of(notes, "note"), 2);
  EXPECT_EQ(count_of(notes, "messagebus_message"), 0);
}

TEST_F(session_test, T3_a_repository_that_cannot_be_made_ends_the_transaction) {
  struct impossible {
    explicit impossible(session&) { throw std::runtime_error("cannot be made"); }
  };
  struct ports {
    impossible& nothing;
  };
  sqlite::unit_of_work<ports, impossible> broken(notes);
  auto nothing = [](transaction<ports>&) {};
  EXPECT_THROW(broken.run_and_commit(transaction_body<ports>(nothing)), std::runtime_error);
  EXPECT_THROW(static_cast<void>(broken.begin()), std::runtime_error);
  notes.write([](session& session) { session.execute("INSERT INTO note(text) VALUES('on')"); });
  EXPECT_EQ(count_of(notes, "note"), 1);
}

}  // namespace
}  // namespace messagebus::sqlite
