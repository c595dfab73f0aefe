#pragma once

#include <chrono>
#include <cstddef>
#include <messagebus/sqlite/detail/group_member.hpp>
#include <vector>

#include "turn_queue.hpp"
#include "writer.hpp"

namespace messagebus::sqlite::detail {

/// A member's turn: through the turn that the queue knows, the leader finds the member.
struct member_turn : turn {
  explicit member_turn(group_member& of_member) noexcept
      : turn(kind::in_group), member(of_member) {}

  group_member& member;
};

/// Units of work that are run one after the other and committed at once, by the caller whose turn
/// it is.
class group {
 public:
  group(writer& writer, member_turn& leader) noexcept;
  group(const group&) = delete;
  group& operator=(const group&) = delete;
  /// Hands the lead on, and then wakes the others.
  ~group();

  /// Runs the leader, those who wait, and those who come meanwhile, and commits those that have not
  /// failed. Throws nothing: what became of each is told to it.
  void run() noexcept;

 private:
  bool take_waiting();
  bool take_newcomers(std::chrono::steady_clock::time_point began, std::size_t at_first);
  void commit();
  void run_members();
  void run_in_turn(group_member& member);
  void run_member(group_member& member);
  void undo(group_member& member);
  void fail_others();
  bool has_work_to_commit() const noexcept;
  void fail_all(const std::exception_ptr& error) noexcept;

  static group_member& member_of(turn& of) noexcept;
  template <class Visit>
  void for_each_member(const Visit& visit) const;

  bool has_others() const noexcept { return !others_.empty(); }
  std::size_t size() const noexcept { return 1 + others_.size(); }

  writer& writer_;
  member_turn& leader_;
  std::vector<turn*> others_;
};

}  // namespace messagebus::sqlite::detail
