#include "group.hpp"

#include <algorithm>
#include <chrono>
#include <messagebus/domain/error.hpp>
#include <messagebus/sqlite/constraint_error.hpp>
#include <string>
#include <utility>

namespace messagebus::sqlite::detail {

group::group(writer& writer, member_turn& leader) : writer_(writer), leader_(leader) {
  take_others();
}

group::~group() {
  // Whoever leads next works while the others are woken, each by a call of the system.
  writer_.queue().hand_over();
  for (turn* const other : others_) turn_queue::finish(*other);
}

// Those of the last group, who have just been told, come again at once if they come at all. To wait
// for them pays as long as the work of those who are there is less than a commit.
void group::take_others() {
  constexpr std::size_t awaited_max = 16;
  constexpr std::chrono::nanoseconds wait_max = std::chrono::milliseconds(1);
  group_habit& habit = writer_.habit();
  const std::size_t wanted = std::min({habit.last_size, awaited_max, writer_.group_max()});
  if (wanted > 1) {
    writer_.queue().await_others(leader_, wanted - 1, std::min(habit.commit_took / 2, wait_max));
  }
  writer_.queue().take_group(others_, writer_.group_max() - 1);
  habit.last_size = 1 + others_.size();
}

// Only who waits for others has to know how long it takes, and whoever is alone has none to await.
void group::commit() {
  if (!has_others()) {
    writer_.commit();
    return;
  }
  const auto start = std::chrono::steady_clock::now();
  writer_.commit();
  writer_.habit().commit_took = std::chrono::steady_clock::now() - start;
}

template <class Visit>
void group::for_each_member(const Visit& visit) const {
  visit(leader_.member);
  for (turn* const at : others_) visit(static_cast<member_turn*>(at)->member);
}

void group::run() noexcept {
  try {
    writer_.begin();
    run_members();
    if (has_work_to_commit()) {
      commit();
    } else {
      writer_.roll_back();
    }
  } catch (...) {
    writer_.roll_back();
    fail_all(std::current_exception());
  }
}

void group::run_members() {
  const writer::running_scope running(writer_);
  for_each_member([this](group_member& member) {
    if (has_others()) writer_.begin_savepoint();
    try {
      run_member(member);
    } catch (...) {
      member.end_session();
      member.body_error_ = std::current_exception();
      undo(member);
      return;
    }
    if (has_others()) writer_.release_savepoint();
  });
}

void group::run_member(group_member& member) {
  member.run();
  member.end_session();
  writer_.insert_gathered();
  writer_.check_deferred_constraints();
}

// After some errors of the disk, and where SQL says OR ROLLBACK, SQLite has rolled back everything,
// and with it what the members before have done. Of the disk they hear themselves; what the SQL of
// another met is none of theirs.
void group::undo(group_member& member) {
  if (!has_others()) return;
  if (writer_.connection().is_in_transaction()) {
    writer_.roll_back_to_savepoint();
    return;
  }
  try {
    std::rethrow_exception(member.body_error_);
  } catch (const constraint_error&) {
    fail_others();
  } catch (const sqlite_error&) {
    // that of the disk
  } catch (...) {
    fail_others();
  }
  std::rethrow_exception(member.body_error_);
}

// Each gets an error object of its own, as it is thrown on a thread of its own.
void group::fail_others() {
  const std::string sentence =
      writer_.connection().path() +
      ": another unit of work that was to be committed together with this one made SQLite roll "
      "both back, and nothing was kept: run this one again, and let no SQL say OR ROLLBACK";
  for_each_member([&](group_member& other) {
    if (other.body_error_ == nullptr) {
      other.commit_error_ =
          std::make_exception_ptr(error(errc::conflict, sentence, retry::may_help));
    }
  });
}

bool group::has_work_to_commit() const noexcept {
  bool has_work = false;
  for_each_member([&](const group_member& member) { has_work |= member.body_error_ == nullptr; });
  return has_work;
}

void group::fail_all(const std::exception_ptr& error) noexcept {
  for_each_member([&](group_member& member) {
    if (member.body_error_ == nullptr && member.commit_error_ == nullptr) {
      member.commit_error_ = error;
    }
  });
}

}  // namespace messagebus::sqlite::detail
