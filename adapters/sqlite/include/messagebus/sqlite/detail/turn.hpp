#pragma once

#include <atomic>
#include <thread>

namespace messagebus::sqlite::detail {

/// One caller's place in the queue for the writer of a database, first come, first served.
struct turn {
  enum class kind {
    alone,     // wants the writer to itself, to give it back later
    in_group,  // can be run by another caller, and committed together with others
  };
  /// What the caller who sleeps is woken for; the value of a futex.
  enum state : int { waiting, leading, done };

  explicit turn(enum kind of_kind) noexcept : kind(of_kind) {}

  const enum kind kind;
  std::atomic<int> state{waiting};
  turn* next = nullptr;
  std::thread::id thread = std::this_thread::get_id();
};

}  // namespace messagebus::sqlite::detail
