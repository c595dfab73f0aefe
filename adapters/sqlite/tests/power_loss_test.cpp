// Random transactions on a disk that fails at random, and at random moments the process is killed
// or power is lost: what is found then is the newest that was reported to be kept.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <temporary_folder.hpp>
#include <vector>

#include "by_hand.hpp"
#include "crashing_run.hpp"
#include "session_ports.hpp"

namespace messagebus::sqlite {
namespace {

unsigned number_in(const char* variable, unsigned otherwise) {
  const char* const text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe)
  return text == nullptr ? otherwise : static_cast<unsigned>(std::stoul(text));
}

// Longer, and others: MESSAGEBUS_SEED is the first, MESSAGEBUS_RUNS how many. These are ones that
// fail when the writes to the log are joined in one of the ways that look right and are not.
TEST(power_loss, T5_what_a_crash_leaves_is_what_was_reported_to_be_kept) {
  const unsigned first = number_in("MESSAGEBUS_SEED", 43);
  const unsigned count = number_in("MESSAGEBUS_RUNS", 16);
  int crashes_count = 0;
  int failures_count = 0;
  for (unsigned seed = first; seed < first + count; ++seed) {
    crashing_run run(seed);
    run.run(60);
    EXPECT_EQ(run.finding(), "") << "again with MESSAGEBUS_SEED=" << seed << " MESSAGEBUS_RUNS=1";
    crashes_count += run.crashes_count();
    failures_count += run.failures_count();
  }
  RecordProperty("crashes", crashes_count);
  EXPECT_GT(crashes_count, static_cast<int>(count) * 10);
  EXPECT_GT(failures_count, static_cast<int>(count));
}

// SQLite 3.40 forgets to write checksums then, if pages had to be written twice before the commit,
// and whoever opens the file after a crash finds neither this transaction nor any behind it.
TEST(power_loss, T5_what_is_kept_behind_a_part_that_was_undone_survives_a_kill) {
  const tests::temporary_folder folder;
  database notes(folder / "notes.db", {.cache_bytes = 1});
  make_notes(notes);
  notes.write([](session& session) {
    for (int i = 0; i < 50; ++i) {
      session.execute("INSERT INTO note(text) VALUES(?)", std::string(3'000, 'x'));
    }
  });
  notes.write([](session& session) {
    session.execute("SAVEPOINT part");
    for (const char* const text : {"a", "b", "c"}) {
      session.execute("UPDATE note SET text = ? || substr(text, 2) WHERE id > ?", text,
                      text[0] == 'a' ? 0 : 25);
    }
    session.execute("ROLLBACK TO part");
    session.execute("INSERT INTO note(text) VALUES('kept')");
  });
  notes.write([](session& session) { session.execute("INSERT INTO note(text) VALUES('last')"); });
  const tests::temporary_folder killed;
  for (const char* const name : {"notes.db", "notes.db-wal"}) {
    std::filesystem::copy(folder / name, killed / name);
  }
  const auto opened = open_by_hand(killed / "notes.db");
  const auto rows = run_by_hand(opened.get(), "SELECT text FROM note WHERE id > 50");
  EXPECT_EQ(rows, (std::vector<row_texts>{{"kept"}, {"last"}}));
}

}  // namespace
}  // namespace messagebus::sqlite
