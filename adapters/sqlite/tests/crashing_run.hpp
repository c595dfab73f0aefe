#pragma once

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <temporary_folder.hpp>
#include <vector>

#include "by_hand.hpp"
#include "recording_disk.hpp"
#include "session_ports.hpp"

namespace messagebus::sqlite {

/// What is in the database after a transaction.
struct contents {
  int number = 0;  // of the transaction, counted by whoever tries
  int messages_count = 0;
  int words_count = 0;
  std::map<int, std::string> texts;

  bool operator==(const contents&) const = default;
};

inline contents read_by_hand(sqlite3* on) {
  contents found;
  found.number = std::stoi(run_by_hand(on, "SELECT number FROM step").at(0).at(0));
  found.messages_count =
      std::stoi(run_by_hand(on, "SELECT count(*) FROM messagebus_message").at(0).at(0));
  found.words_count = std::stoi(run_by_hand(on, "SELECT count(*) FROM word").at(0).at(0));
  for (const row_texts& row : run_by_hand(on, "SELECT id, text FROM note")) {
    found.texts[std::stoi(row.at(0))] = row.at(1);
  }
  return found;
}

/// One database, its transactions and its crashes, all of which follow from a number.
class crashing_run {
 public:
  explicit crashing_run(unsigned seed) : random_(seed) {
    // The random numbers of SQLite are in its log.
    sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, static_cast<int>(seed | 1U), nullptr);
    durability_ = one_of({durability::full, durability::full, durability::normal, durability::off});
    spills_ = one_in(2);
    by_hand_ = open_by_hand(path_, "recording_disk");
    run_by_hand(by_hand_.get(),
                "PRAGMA page_size = " + std::to_string(one_of({512, 1024, 4096, 4096, 65536})) +
                    "; PRAGMA journal_mode = WAL; CREATE TABLE step(number); "
                    "INSERT INTO step VALUES(0); "
                    "CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL); "
                    // Writes most of it when the commit has begun already.
                    "CREATE VIRTUAL TABLE word USING fts5(text); "
                    "PRAGMA synchronous = " +
                    std::to_string(2 - static_cast<int>(durability_)) +
                    "; PRAGMA cache_size = " + std::to_string(one_of({1, 2000})));
    open_notes();
    for (auto& [path, file] : disk_.files) file.make_safe();
    disk_.before = [this](auto... operation) { return before(operation...); };
    disk_.done_of_failed_write = [this](std::size_t bytes) {
      return static_cast<std::size_t>(between(0, static_cast<int>(bytes) - 1));
    };
  }
  crashing_run(const crashing_run&) = delete;
  crashing_run& operator=(const crashing_run&) = delete;
  ~crashing_run() { disk_.before = nullptr; }

  /// Until something is found that must not be.
  void run(int steps_count) {
    try {
      for (int i = 0; i < steps_count && finding_.empty(); ++i) {
        run_step();
        if (one_in(4)) crash({}, {}, 0);
      }
    } catch (const std::exception& failed) {
      finding_ += std::string("while nothing fails: ") + failed.what();
    }
  }
  const std::string& finding() const noexcept { return finding_; }
  int crashes_count() const noexcept { return crashes_count_; }
  int failures_count() const noexcept { return failures_count_; }

 private:
  enum class outcome { unknown, kept, nothing_kept };
  struct attempt {
    contents after;
    outcome became = outcome::nothing_kept;
    std::string said;  // the error
  };
  struct undone : std::exception {};

  int between(int from, int to) { return std::uniform_int_distribution<>(from, to)(random_); }
  bool one_in(int count) { return between(1, count) == 1; }
  template <class Value>
  Value one_of(std::initializer_list<Value> values) {
    return values.begin()[between(0, static_cast<int>(values.size()) - 1)];
  }

  void open_notes() {
    unit_of_work_.reset();
    notes_.reset();
    const std::size_t cache_bytes = one_of({1U, 1U << 14U, 1U << 24U});
    notes_.emplace(path_, database_options{.durability = durability_,
                                           .busy_wait_max = std::chrono::milliseconds(0),
                                           .group_commit = one_in(2),
                                           .cache_bytes = cache_bytes});
    unit_of_work_.emplace(*notes_);
    notes_->write([&](session& session) {
      (void)session.query("PRAGMA wal_autocheckpoint = " + std::to_string(one_of({5, 50, 1000})))
          .front();
      writing_ = session.native_handle();
    });
    if (spills_) run_by_hand(writing_, "PRAGMA cache_spill = ON");
  }

  void run_step() {
    if (one_in(3)) fails_after_ = between(0, one_in(2) ? 8 : 150);
    if (one_in(2)) crashes_after_ = between(0, one_in(2) ? 8 : 150);
    switch (between(0, 9)) {
      case 0:
        check_point();
        break;
      case 1:
        fails_after_.reset();
        open_notes();
        break;
      case 2:
      case 3:
        attempt_by_hand();
        break;
      default:
        attempt_by_library();
    }
    fails_after_.reset();
    crashes_after_.reset();
    if (finding_.empty()) look_at_what_is_there();
  }

  void check_point() {
    const int mode = one_of({SQLITE_CHECKPOINT_PASSIVE, SQLITE_CHECKPOINT_FULL,
                             SQLITE_CHECKPOINT_RESTART, SQLITE_CHECKPOINT_TRUNCATE});
    sqlite3* const on = one_in(2) ? by_hand_.get() : writing_;
    sqlite3_wal_checkpoint_v2(on, "main", mode, nullptr, nullptr);
  }

  /// A change of the contents that SQL is to make, too: the id, and the text or none to delete it.
  std::pair<int, std::string> change(contents& of) {
    const int id = between(1, 60);
    std::string text;
    if (!one_in(5)) {
      text.assign(static_cast<std::size_t>(between(1, one_in(3) ? 9'000 : 500)),
                  static_cast<char>(between('a', 'z')));
      of.texts[id] = text;
    } else {
      of.texts.erase(id);
    }
    return {id, text};
  }
  int changes_count() { return one_in(2) ? between(1, 4) : between(1, 80); }

  attempt& begin_attempt() {
    attempt begun;
    begun.after = attempts_[live_].after;
    begun.after.number = static_cast<int>(attempts_.size());
    return attempts_.emplace_back(std::move(begun));
  }

  /// What a transaction of the library does.
  void work(session& session, contents& after) {
    const auto make_changes = [&](contents& of) {
      for (int i = changes_count(); i > 0; --i) {
        const auto [id, text] = change(of);
        if (text.empty()) {
          session.execute("DELETE FROM note WHERE id = ?", id);
        } else {
          session.execute("INSERT OR REPLACE INTO note(id, text) VALUES(?, ?)", id, text);
        }
      }
    };
    session.execute("UPDATE step SET number = ?", after.number);
    make_changes(after);
    if (one_in(4)) {
      std::string words;
      for (int i = between(1, 2'000); i > 0; --i) {
        words += std::to_string(random_() % 100'000) + " ";
      }
      session.execute("INSERT INTO word(text) VALUES(?)", words);
      ++after.words_count;
    }
    if (one_in(3) && !spills_) {
      session.execute("SAVEPOINT part");
      contents gone = after;
      make_changes(gone);
      session.execute("ROLLBACK TO part");
      if (one_in(2)) make_changes(after);
    }
    if (one_in(5)) throw undone();
    running_ = after.number;
  }

  void attempt_by_library() {
    attempt& begun = begin_attempt();
    const bool is_unit_of_work = one_in(2);
    try {
      if (is_unit_of_work) {
        execute(*unit_of_work_, [&](session& session, session_transaction& transaction) {
          begun.after.messages_count += between(1, 3);
          const int count = begun.after.messages_count - attempts_[live_].after.messages_count;
          for (int i = 0; i < count; ++i) transaction.store().add(testing::sample_message());
          work(session, begun.after);
        });
      } else {
        notes_->write([&](session& session) { work(session, begun.after); });
      }
      begun.became = outcome::kept;
      kept_ = begun.after.number;
    } catch (const commit_outcome_unknown_error&) {
      begun.became = outcome::unknown;
    } catch (const error& failed) {
      begun.said = failed.what();
    } catch (const undone&) {
      begun.said = "undone by itself";
    }
    running_.reset();
  }

  /// The same as an application may do it on a connection of its own.
  void attempt_by_hand() {
    attempt& begun = begin_attempt();
    bool is_committing = false;
    try {
      run_by_hand(by_hand_.get(), "BEGIN IMMEDIATE; UPDATE step SET number = " +
                                      std::to_string(begun.after.number));
      for (int i = changes_count(); i > 0; --i) {
        const auto [id, text] = change(begun.after);
        run_by_hand(by_hand_.get(), text.empty()
                                        ? "DELETE FROM note WHERE id = " + std::to_string(id)
                                        : "INSERT OR REPLACE INTO note(id, text) VALUES(" +
                                              std::to_string(id) + ", '" + text + "')");
      }
      if (one_in(5)) throw std::runtime_error("undone");
      running_ = begun.after.number;
      is_committing = true;
      run_by_hand(by_hand_.get(), "COMMIT");
      begun.became = outcome::kept;
      kept_ = begun.after.number;
    } catch (const std::runtime_error& failed) {
      begun.said = failed.what();
      if (is_committing) begun.became = outcome::unknown;
      sqlite3_exec(by_hand_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    }
    running_.reset();
  }

  /// Whoever goes on reads what was kept, and nothing else.
  void look_at_what_is_there() {
    const contents found = read_by_hand(by_hand_.get());
    const attempt& newest = attempts_.back();
    if (found == newest.after && newest.became != outcome::nothing_kept) {
      live_ = attempts_.size() - 1;
    } else if (found != attempts_[live_].after || newest.became == outcome::kept) {
      finding_ = "while it was open, " + described(found);
    }
  }

  int before(recording_disk::operation operation, std::string_view path, std::string_view data,
             sqlite3_int64 at) {
    if (crashes_after_ && (*crashes_after_)-- == 0) {
      crashes_after_.reset();
      crash(path,
            data.substr(0, static_cast<std::size_t>(between(0, static_cast<int>(data.size())))),
            at);
    }
    if (!fails_after_ || (*fails_after_)-- != 0) return SQLITE_OK;
    fails_after_.reset();
    if (one_in(3)) fails_after_ = between(0, 5);
    ++failures_count_;
    disk_.system_error = one_of({ENOSPC, EIO});
    switch (operation) {
      case recording_disk::operation::read:
        return SQLITE_IOERR_READ;
      case recording_disk::operation::write:
        // A disk is not full where the file is already, and what is missing of a frame is told by
        // its checksum, but for an end that was there before.
        return one_in(2) && grows(path, data, at) ? SQLITE_FULL : SQLITE_IOERR_WRITE;
      case recording_disk::operation::sync:
        return SQLITE_IOERR_FSYNC;
      case recording_disk::operation::truncate:
        return SQLITE_IOERR_TRUNCATE;
      default:
        return SQLITE_IOERR_FSTAT;
    }
  }

  bool grows(std::string_view path, std::string_view data, sqlite3_int64 at) const {
    const std::size_t size = disk_.files.find(path)->second.after_kill().size();
    return static_cast<std::size_t>(at) + data.size() > size;
  }

  /// Looks at what would be there if it happened now, some of a write having been done.
  void crash(std::string_view writing_to, std::string_view written, sqlite3_int64 at) {
    if (!finding_.empty()) return;
    const bool is_power_lost = durability_ != durability::off && one_in(2);
    ++crashes_count_;
    for (const auto& [path, file] : disk_.files) {
      recorded_file left = file;
      if (path == writing_to && !written.empty()) left.write(written, at);
      const auto name = std::filesystem::path(path).filename();
      std::ofstream(crashed_.path() / name, std::ios::binary)
          << (is_power_lost ? left.after_power_loss(random_) : left.after_kill());
    }
    const std::string path = crashed_ / "notes.db";
    std::filesystem::remove(path + "-shm");
    try {
      const connection_by_hand opened = open_by_hand(path, "unix");
      run_by_hand(opened.get(), "PRAGMA synchronous = OFF");
      for (const row_texts& row : run_by_hand(opened.get(), "PRAGMA integrity_check")) {
        if (row.at(0) != "ok") finding_ += row.at(0) + "\n";
      }
      const contents found = read_by_hand(opened.get());
      if (!may_be_found(found, is_power_lost)) finding_ += described(found);
    } catch (const std::runtime_error& failed) {
      finding_ += failed.what();
    }
    if (!finding_.empty()) {
      finding_ = (is_power_lost ? "after a loss of power, " : "after a kill, ") + finding_;
    }
  }

  bool may_be_found(const contents& found, bool is_power_lost) const {
    const auto number = static_cast<std::size_t>(found.number);
    if (number >= attempts_.size() || found != attempts_[number].after) return false;
    const bool may_be_kept =
        attempts_[number].became != outcome::nothing_kept || running_ == found.number;
    const bool may_be_lost = is_power_lost && durability_ == durability::normal;
    return may_be_kept && (may_be_lost || found.number >= kept_);
  }

  std::string described(const contents& found) const {
    const auto number = static_cast<std::size_t>(found.number);
    std::string text = "transaction " + std::to_string(number) + " is there, of " +
                       std::to_string(attempts_.size() - 1) + ", and " + std::to_string(kept_) +
                       " is the last that was reported to be kept; ";
    if (number >= attempts_.size()) return text + "nobody tried that";
    if (found != attempts_[number].after) text += "its contents differ; ";
    constexpr const char* outcomes[] = {"unknown", "kept", "nothing kept"};
    return text + "its outcome: " + outcomes[static_cast<int>(attempts_[number].became)] +
           "; its error: " + attempts_[number].said;
  }

  std::mt19937 random_;
  durability durability_{};
  /// Whether pages that do not fit into the cache are written before the commit. A savepoint must
  /// not be undone then, for SQLite loses checksums (`connection::configure`).
  bool spills_ = false;
  tests::temporary_folder folder_;
  tests::temporary_folder crashed_;
  std::string path_ = folder_ / "notes.db";
  recording_disk disk_;
  connection_by_hand by_hand_{nullptr, &sqlite3_close};
  std::optional<database> notes_;
  sqlite3* writing_ = nullptr;  // its connection that writes
  std::optional<session_unit_of_work> unit_of_work_;

  std::vector<attempt> attempts_{{{}, outcome::kept, {}}};
  std::size_t live_ = 0;
  int kept_ = 0;
  std::optional<int> running_;        // what is being committed
  std::optional<int> fails_after_;    // so many operations
  std::optional<int> crashes_after_;  // so many operations
  int crashes_count_ = 0;
  int failures_count_ = 0;
  std::string finding_;
};

}  // namespace messagebus::sqlite
