// The disk whose writes are joined, under SQLite.

#include "joining_vfs.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <stdexcept>
#include <string>
#include <temporary_folder.hpp>
#include <vector>

#include "session_ports.hpp"

namespace messagebus::sqlite {
namespace {

TEST(joining_vfs, is_one_for_each_disk_however_often_it_is_asked_for) {
  const std::string first = detail::joining_vfs();
  EXPECT_EQ(detail::joining_vfs(), first);
}

// The memory that SQLite gives for a file is as large as that disk said.
TEST(joining_vfs, is_another_one_when_another_disk_is_where_one_was) {
  sqlite3_vfs* const real = sqlite3_vfs_find(nullptr);
  static sqlite3_vfs other = *real;
  other.zName = "other_disk";
  other.pNext = nullptr;
  const auto name_on_other = [] {
    sqlite3_vfs_register(&other, 1);
    const std::string name = detail::joining_vfs();
    sqlite3_vfs_unregister(&other);
    return name;
  };
  const std::string first = name_on_other();
  other.szOsFile += 64;
  EXPECT_NE(name_on_other(), first);
  sqlite3_vfs_register(real, 1);
}

// What is read from the log is read when everything gathered is written: here all is in the
// database itself, and the pages of what is undone are still gathered as it ends.
TEST(joining_vfs, T5_what_one_has_undone_does_not_overwrite_what_another_has_committed) {
  const tests::temporary_folder folder;
  {
    database notes{folder / "notes.db"};
    notes.write([](session& session) {
      session.run_script("CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL)");
      const std::string text(1'000, 'a');
      for (int i = 0; i < 60; ++i) session.execute("INSERT INTO note(text) VALUES(?)", text);
    });
  }
  database notes{folder / "notes.db", {.cache_bytes = 1}};
  database others{folder / "notes.db"};
  const auto change_all = [](database& by, char letter) {
    by.write([letter](session& session) {
      session.execute("UPDATE note SET text = ?", std::string(1'000, letter));
      if (letter == 'b') throw std::runtime_error("undone");
    });
  };
  const auto changed = [&others] { return count_of(others, "note WHERE text GLOB 'c*'"); };
  EXPECT_THROW(change_all(notes, 'b'), std::runtime_error);
  change_all(others, 'c');
  EXPECT_EQ(changed(), 60);
  notes.write([](session& session) { session.execute("DELETE FROM note WHERE id = 60"); });
  EXPECT_EQ(others.check(), std::vector<std::string>{});
  EXPECT_EQ(changed(), 59);
}

}  // namespace
}  // namespace messagebus::sqlite
