#include "group.hpp"

#include <algorithm>
#include <chrono>
#include <messagebus/domain/error.hpp>
#include <messagebus/sqlite/constraint_error.hpp>
#include <string>
#include <utility>

namespace messagebus::sqlite::detail {

group::group(writer& writer, member_turn& leader) noexcept : writer_(writer), leader_(leader) {}

group::~group() {
  // Whoever leads next works while the others are woken.
  writer_.queue().hand_over();
  writer_.queue().finish(others_);
}

bool group::take_waiting() {
  const std::size_t before = others_.size();
  writer_.queue().take_group(others_, writer_.group_max() - size());
  return others_.size() > before;
}

// Those of the last group, who have just been told, come again at once if they come at all, most of
// them while the first are run: to take them along pays as long as it takes less than to commit
// them by themselves. Nobody may be there for a moment until the first of them is awake, and later
// when there is a gap between two; who waits for longer waits for somebody who does something else.
// Who was alone the last time awaits nobody.
bool group::take_newcomers(std::chrono::steady_clock::time_point began, std::size_t at_first) {
  constexpr std::size_t first_come_max = 16;
  constexpr std::chrono::nanoseconds wait_max = std::chrono::milliseconds(1);
  const auto [last_size, commit_took] = writer_.habit();
  const bool cannot_be_undone_alone = !has_others() && leader_.member.body_error_ != nullptr;
  if (cannot_be_undone_alone) return false;
  const auto spent = std::chrono::steady_clock::now() - began;
  if (spent >= 2 * commit_took) return false;
  if (take_waiting()) return true;
  if (size() >= last_size) return false;
  if (others_.size() > at_first) {
    writer_.queue().await_others(1, std::min(commit_took / 8, wait_max));
  } else {
    writer_.queue().await_others(std::min(last_size - size(), first_come_max),
                                 std::min(commit_took / 2, wait_max) - spent);
  }
  return take_waiting();
}

// Only who is not alone has to know how long it takes: who is awaits nobody the next time.
void group::commit() {
  group_habit& habit = writer_.habit();
  habit.last_size = size();
  if (!has_others()) {
    writer_.commit();
    return;
  }
  writer_.queue().close_group();
  writer_.queue().rouse(others_, habit.commit_took);
  const auto start = std::chrono::steady_clock::now();
  writer_.commit();
  habit.commit_took = std::chrono::steady_clock::now() - start;
}

group_member& group::member_of(turn& of) noexcept {
  return static_cast<member_turn&>(of).member;
}

template <class Visit>
void group::for_each_member(const Visit& visit) const {
  visit(leader_.member);
  for (turn* const at : others_) visit(member_of(*at));
}

void group::run() noexcept {
  try {
    take_waiting();
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
  if (!has_others() && writer_.habit().last_size == 1) {
    run_in_turn(leader_.member);
    return;
  }
  const auto began = std::chrono::steady_clock::now();
  const std::size_t at_first = others_.size();
  run_in_turn(leader_.member);
  std::size_t ran = 0;
  do {
    for (; ran < others_.size(); ++ran) run_in_turn(member_of(*others_[ran]));
  } while (take_newcomers(began, at_first));
}

void group::run_in_turn(group_member& member) {
  const bool may_be_undone_alone = has_others();
  if (may_be_undone_alone) writer_.begin_savepoint();
  try {
    run_member(member);
  } catch (...) {
    member.end_session();
    member.body_error_ = std::current_exception();
    undo(member);
    return;
  }
  if (may_be_undone_alone) writer_.release_savepoint();
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
