// How the writes of SQLite to its write-ahead log are joined: by itself, on a file that only notes
// what is written, and under SQLite, in transactions that do not fit into its cache.

#include "joined_frames.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <temporary_folder.hpp>
#include <vector>

#include "by_hand.hpp"
#include "session_ports.hpp"

namespace messagebus::sqlite {
namespace {

using detail::joined_frames;

constexpr int page_bytes = 4096;
constexpr sqlite3_int64 first_frame = 32;
constexpr sqlite3_int64 frame_bytes = 24 + page_bytes;

class joined_frames_test : public ::testing::Test {
 protected:
  struct written {
    sqlite3_int64 at;
    std::string data;
  };

  joined_frames_test() {
    methods_.xWrite = [](sqlite3_file* file, const void* data, int bytes, sqlite3_int64 at) {
      auto& self = *static_cast<noting_file*>(file)->test;
      if (self.writes_to_fail_ > 0) {
        --self.writes_to_fail_;
        return SQLITE_FULL;
      }
      self.writes_.push_back(
          {at, std::string(static_cast<const char*>(data), static_cast<std::size_t>(bytes))});
      return SQLITE_OK;
    };
    file_.pMethods = &methods_;
    file_.test = this;
    EXPECT_EQ(frames_.write(std::string(32, 'L').data(), 32, 0), SQLITE_OK);
    writes_.clear();
    frames_.begin();
  }

  static std::string header(bool ends_transaction) {
    std::string bytes(24, 'h');
    bytes.replace(4, 4, std::string(4, '\0'));
    if (ends_transaction) bytes[7] = '\1';
    return bytes;
  }
  static std::string page(char filled_with) { return std::string(page_bytes, filled_with); }

  int write(const std::string& data, sqlite3_int64 at) {
    return frames_.write(data.data(), static_cast<int>(data.size()), at);
  }
  int write_frame(sqlite3_int64 number, bool ends_transaction, char filled_with = 'p') {
    const sqlite3_int64 at = first_frame + number * frame_bytes;
    const int code = write(header(ends_transaction), at);
    return code == SQLITE_OK ? write(page(filled_with), at + 24) : code;
  }

  std::vector<written> writes_;
  int writes_to_fail_ = 0;

 private:
  struct noting_file : sqlite3_file {
    joined_frames_test* test = nullptr;
  };
  sqlite3_io_methods methods_{};
  noting_file file_{};

 protected:
  joined_frames frames_{file_};
};

TEST_F(joined_frames_test, a_transaction_is_written_at_once_with_its_last_page) {
  EXPECT_EQ(write_frame(0, false, 'a'), SQLITE_OK);
  EXPECT_EQ(write_frame(1, false, 'b'), SQLITE_OK);
  EXPECT_EQ(writes_.size(), 0U);
  EXPECT_EQ(write_frame(2, true, 'c'), SQLITE_OK);
  ASSERT_EQ(writes_.size(), 1U);
  EXPECT_EQ(writes_[0].at, first_frame);
  EXPECT_EQ(writes_[0].data,
            header(false) + page('a') + header(false) + page('b') + header(true) + page('c'));
  EXPECT_EQ(write_frame(3, true), SQLITE_OK);
  ASSERT_EQ(writes_.size(), 2U);
  EXPECT_EQ(writes_[1].at, first_frame + 3 * frame_bytes);
  EXPECT_EQ(write_frame(4, false), SQLITE_OK);
  EXPECT_EQ(writes_.size(), 2U) << "that the one before has ended says nothing of this one";
}

TEST_F(joined_frames_test, what_is_gathered_is_written_before_anything_else_is_done) {
  EXPECT_EQ(write_frame(0, false), SQLITE_OK);
  EXPECT_EQ(frames_.flush(), SQLITE_OK);
  ASSERT_EQ(writes_.size(), 1U);
  EXPECT_EQ(frames_.flush(), SQLITE_OK);
  EXPECT_EQ(writes_.size(), 1U) << "it was written already";
  EXPECT_EQ(write_frame(1, true), SQLITE_OK);
  ASSERT_EQ(writes_.size(), 2U);
  EXPECT_EQ(writes_[1].at, first_frame + frame_bytes);
}

// So SQLite writes a page again that it had to write in the midst of a transaction, and mends the
// checksums behind it: no page follows a header then, and nothing may be held back.
TEST_F(joined_frames_test, frames_that_are_mended_are_written_as_they_come) {
  for (const int number : {0, 1, 2}) EXPECT_EQ(write_frame(number, false), SQLITE_OK);
  const sqlite3_int64 second = first_frame + frame_bytes;
  EXPECT_EQ(write(page('x'), second + 24), SQLITE_OK);
  ASSERT_EQ(writes_.size(), 2U) << "the frames that were gathered, and the page";
  EXPECT_EQ(writes_[1].at, second + 24);
  EXPECT_EQ(write(header(false), second), SQLITE_OK);
  EXPECT_EQ(write(header(true), second + frame_bytes), SQLITE_OK);
  ASSERT_EQ(writes_.size(), 4U);
  EXPECT_EQ(writes_[3].data, header(true));
  EXPECT_EQ(write(page('y'), first_frame + 24), SQLITE_OK);
  EXPECT_EQ(write(header(false), second), SQLITE_OK);
  EXPECT_EQ(writes_.size(), 6U) << "a header that stands behind a page, but not behind a new frame";
}

TEST_F(joined_frames_test, a_log_that_begins_anew_does_so_behind_what_was_gathered) {
  EXPECT_EQ(write_frame(0, false), SQLITE_OK);
  EXPECT_EQ(write(std::string(32, 'L'), 0), SQLITE_OK);
  ASSERT_EQ(writes_.size(), 2U);
  EXPECT_EQ(writes_[0].data, header(false) + page('p'));
  EXPECT_EQ(writes_[1].at, 0);
  EXPECT_EQ(write_frame(0, true, 'a'), SQLITE_OK);
  ASSERT_EQ(writes_.size(), 3U) << "the first frame stands behind the header of the log";
  EXPECT_EQ(writes_[2].data, header(true) + page('a'));
}

TEST_F(joined_frames_test, a_frame_that_comes_again_is_written_where_it_belongs) {
  EXPECT_EQ(write_frame(0, true, 'a'), SQLITE_OK);
  EXPECT_EQ(write_frame(1, false, 'b'), SQLITE_OK);
  EXPECT_EQ(write_frame(1, false, 'c'), SQLITE_OK) << "after a rollback";
  EXPECT_EQ(write_frame(2, true, 'd'), SQLITE_OK);
  std::string file;
  for (const written& each : writes_) {
    const auto at = static_cast<std::size_t>(each.at - first_frame);
    file.resize(std::max(file.size(), at + each.data.size()));
    file.replace(at, each.data.size(), each.data);
  }
  EXPECT_EQ(file, header(true) + page('a') + header(false) + page('c') + header(true) + page('d'));
}

// SQLite rolls back then: written later, the transaction would be there after a crash.
TEST_F(joined_frames_test, a_transaction_whose_end_cannot_be_written_is_not_written_later) {
  EXPECT_EQ(write_frame(0, false), SQLITE_OK);
  writes_to_fail_ = 1;
  EXPECT_EQ(write_frame(1, true), SQLITE_FULL);
  EXPECT_EQ(frames_.flush(), SQLITE_OK);
  EXPECT_EQ(writes_.size(), 0U);
}

// SQLite takes them for written: what it would write behind them had no meaning.
TEST_F(joined_frames_test, nothing_is_written_behind_frames_that_could_not_be_written) {
  EXPECT_EQ(write_frame(0, false, 'a'), SQLITE_OK);
  writes_to_fail_ = 1;
  EXPECT_EQ(frames_.flush(), SQLITE_FULL);
  EXPECT_EQ(write(page('x'), first_frame + 24), SQLITE_FULL);
  EXPECT_EQ(write_frame(1, true), SQLITE_FULL);
  EXPECT_EQ(writes_.size(), 0U);
  frames_.end();
  EXPECT_EQ(write_frame(0, true, 'b'), SQLITE_OK) << "the next transaction";
  EXPECT_EQ(writes_.size(), 2U);
}

// It may be undone, and then it is others who write there.
TEST_F(joined_frames_test, nothing_is_held_back_before_the_commit_nor_behind_it) {
  frames_.end();
  EXPECT_EQ(write_frame(0, false), SQLITE_OK);
  EXPECT_EQ(writes_.size(), 2U);
  frames_.begin();
  EXPECT_EQ(write_frame(1, false), SQLITE_OK);
  EXPECT_EQ(writes_.size(), 2U);
  frames_.end();
  EXPECT_EQ(frames_.flush(), SQLITE_OK);
  EXPECT_EQ(writes_.size(), 2U) << "the commit has failed";
}

TEST_F(joined_frames_test, what_is_gathered_is_written_before_it_is_read) {
  EXPECT_EQ(write_frame(0, true), SQLITE_OK);
  EXPECT_EQ(write_frame(1, false), SQLITE_OK);
  EXPECT_EQ(frames_.flush_within(page_bytes, first_frame + 24), SQLITE_OK);
  EXPECT_EQ(writes_.size(), 1U) << "it is the frame before that is read";
  EXPECT_EQ(frames_.flush_within(8, first_frame + frame_bytes + 16), SQLITE_OK);
  EXPECT_EQ(writes_.size(), 2U);
}

// More than 128 KiB at once SQLite's own files refuse.
TEST_F(joined_frames_test, a_large_transaction_is_written_in_parts) {
  constexpr int count = 100;
  for (int number = 0; number < count; ++number) {
    EXPECT_EQ(write_frame(number, number + 1 == count, static_cast<char>('0' + number)), SQLITE_OK);
  }
  sqlite3_int64 end = first_frame;
  for (const written& each : writes_) {
    EXPECT_EQ(each.at, end);
    EXPECT_LT(each.data.size(), 128U * 1024);
    end += static_cast<sqlite3_int64>(each.data.size());
  }
  EXPECT_EQ(end, first_frame + count * frame_bytes);
  EXPECT_LE(writes_.size(), 8U);
}

/// Transactions that write pages again that did not fit into the cache, and undo some of it, on two
/// connections in turn.
class written_again_test : public ::testing::TestWithParam<durability> {
 protected:
  void change(session& session, std::map<std::int64_t, std::string>& texts) {
    const std::int64_t id = between(1, 60);
    texts[id] = std::string(static_cast<std::size_t>(between(1, 3'000)), between_letters());
    session.execute("INSERT OR REPLACE INTO note(id, text) VALUES(?, ?)", id, texts[id]);
  }

  char between_letters() { return static_cast<char>(between('a', 'z')); }
  int between(int from, int to) { return std::uniform_int_distribution<int>(from, to)(random_); }

 private:
  std::minstd_rand random_{2026};
};

TEST_P(written_again_test, T5_what_is_read_is_what_was_committed) {
  const tests::temporary_folder folder;
  const database_options options{.durability = GetParam(), .cache_bytes = 1};
  database notes{folder / "notes.db", options};
  database others{folder / "notes.db", options};
  notes.write([](session& session) {
    session.run_script("CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL)");
  });
  std::map<std::int64_t, std::string> committed;
  for (int round = 0; round < 60; ++round) {
    database& writer = between(0, 1) == 0 ? notes : others;
    auto texts = committed;
    const bool is_undone = round % 5 == 4;
    const auto work = [&](session& session) {
      for (int i = 0; i < between(1, 80); ++i) change(session, texts);
      session.execute("SAVEPOINT part");
      auto undone = texts;
      for (int i = 0; i < between(0, 40); ++i) change(session, undone);
      session.execute("ROLLBACK TO part");
      for (int i = 0; i < between(0, 40); ++i) change(session, texts);
      if (is_undone) throw std::runtime_error("undone");
    };
    if (is_undone) {
      EXPECT_THROW(writer.write(work), std::runtime_error);
    } else {
      writer.write(work);
      committed = texts;
    }
    std::map<std::int64_t, std::string> read;
    notes.read([&](session& session) {
      for (const row& row : session.query("SELECT id, text FROM note")) {
        read[row.get<std::int64_t>(0)] = row.get<std::string>(1);
      }
    });
    ASSERT_EQ(read, committed) << "round " << round;
  }
  EXPECT_EQ(notes.check(), std::vector<std::string>{});
}

// What a transaction has spilled stands behind all that is committed, and there others write when
// it has been undone.
TEST(joined_frames_of_others, T5_what_was_undone_is_never_written_over_what_others_committed) {
  const tests::temporary_folder folder;
  database notes{folder / "notes.db", {.cache_bytes = 1}};
  make_notes(notes);
  const auto add = [](session& session, int count) {
    for (int i = 0; i < count; ++i) {
      session.execute("INSERT INTO note(text) VALUES(?)", std::string(3'000, 'x'));
    }
  };
  const auto other = open_by_hand(notes.path());
  for (int count = 1; count < 40; ++count) {
    EXPECT_THROW(notes.write([&](session& session) {
      add(session, count);
      throw std::runtime_error("undone");
    }),
                 std::runtime_error);
    run_by_hand(other.get(),
                "WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE "
                "n < 40) INSERT INTO note(text) SELECT printf('%.3000c', 'o') FROM number");
    notes.write([&](session& session) { add(session, 1); });
    ASSERT_EQ(count_of(notes, "note"), count * 41);
    ASSERT_EQ(notes.check(), std::vector<std::string>{}) << count << " notes were undone";
  }
}

INSTANTIATE_TEST_SUITE_P(each_durability, written_again_test,
                         ::testing::Values(durability::full, durability::normal, durability::off));

}  // namespace
}  // namespace messagebus::sqlite
