#pragma once

#include <atomic>
#include <chrono>
#include <string>

namespace messagebus::postgresql::detail {

/// How followers are woken at no cost to writers that nobody waits for.
///
/// A follower that has read everything takes a shared advisory lock, the bell, and then looks once
/// more. A writer, while it holds the lock on the table of messages, tries to take the bell
/// exclusively for a moment; when that fails somebody waits, and the writer notifies after its
/// commit. So a writer that began after the follower had taken the bell knows of it; those that
/// were writing already are seen in pg_locks, and waited for.
///
/// To be asked costs the server some 5 µs, so a process that has just heard that nobody waits does
/// not ask again for a moment. Who did not ask notifies all the same when its commit took longer
/// than followers look for it.
struct bell {
  explicit bell(const std::string& schema);

  std::string listen;
  std::string take;  ///< the follower's, shared, until `let_go`
  std::string let_go;
  std::string is_waited_for;  ///< the writer's: one row, true when somebody waits
  std::string ring;           ///< the writer's, after its commit; waits for no disk

  /// For so long an answer that nobody waits is taken for granted. Longer than a commit among many
  /// takes: an answer that no longer holds when it comes spares nobody the question.
  static constexpr std::chrono::milliseconds answer_holds_for{5};
  /// From then on one writer asks anew, so that the others need not.
  static constexpr std::chrono::microseconds renewed_after{2500};
  /// Who did not ask and needed longer notifies anyway.
  static constexpr std::chrono::milliseconds unasked_commit_max{20};
};

/// What a process has heard of followers. Thread safety: any number of threads.
class last_answer {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Whether a writer that begins its commit now has to ask. Not when somebody has heard a moment
  /// ago that nobody waits.
  bool is_to_be_asked(time_point now) noexcept;
  /// `asked_at` is before the question was sent.
  void nobody_waits(time_point asked_at) noexcept;
  void somebody_waits() noexcept { asked_at_ = 0; }

 private:
  std::atomic<time_point::rep> asked_at_ = 0;
  std::atomic<time_point::rep> renewed_at_ = 0;
};

}  // namespace messagebus::postgresql::detail
